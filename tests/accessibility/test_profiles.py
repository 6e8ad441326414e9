"""What the profiles promise of voices and braille tables is what the adapters pick, by the versions that they name."""

from __future__ import annotations

import re
import subprocess

import pytest

from accessibility import braille_tables
from accessibility.adapters import audio
from locales.profiles import PROFILES
from locales.tags import LanguageTag
from tests.accessibility.tools import needs

needs("espeak-ng", "lou_translate")


def version(tool: str) -> str:
    said = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"[0-9]+\.[0-9]+", said)
    return found[0] if found else ""


@pytest.mark.skipif(version("espeak-ng") != "1.51", reason="profiles say what espeak-ng 1.51 speaks")
@pytest.mark.parametrize("tag", PROFILES)
def test_the_voice_of_a_profile_is_the_one_that_speaks(tag: LanguageTag) -> None:
    assert audio.expected(tag) == audio.capability(tag)


@pytest.mark.skipif(version("lou_translate") != "3.24", reason="profiles name the tables of liblouis 3.24")
@pytest.mark.parametrize("tag", PROFILES)
def test_the_tables_of_a_profile_are_those_that_write(tag: LanguageTag) -> None:
    said = PROFILES[tag].braille
    found = {
        kind: table.name
        for kind, grade in (("uncontracted", 1), ("contracted", 2))
        if (table := braille_tables.find(tag, grade)) and table.contracted == (kind == "contracted")
    }
    named = {"uncontracted": said.uncontracted, "contracted": said.contracted}
    assert found == {kind: name for kind, name in named.items() if name}
    if near := braille_tables.nearest(tag):
        assert not found
        assert braille_tables.find(near, 1)

"""The language decides, never the machine: the same bytes under every locale of the process."""

import os
import subprocess
import sys
from hashlib import sha256

import pytest

SPEAK = """
import sys
from accessibility.date_mentions import mentions
from accessibility.simple.readability import measure
from accessibility.simple.simplification import Options, simplify
from accessibility.spans import find
from accessibility.verbalise import verbalise
from locales.tags import LanguageTag

text = "El 14/03/2026 a las 9:30, 21 casas, 1.250,50 €, 974 10 20 30, a@b.es, ٢٥ २५ ፳፭ núm. 5; Monday, 5 May 2026."
for tag in ("es", "en", "gl", "ast", "an", "am", "hi", "km"):
    language = LanguageTag(tag)
    print(tag, verbalise(text, language), find(text, language), measure(text, language), mentions(text))
    if tag in ("es", "ast"):
        print(simplify(text, language, Options(level="simple")))
"""
QUIET = """
import sys
import accessibility.verbalise, accessibility.simple.simplification
from accessibility import lexicon
from accessibility.simple import profile
print([name for name in ("icu4py", "babel.dates") if name in sys.modules])
print(lexicon._read.cache_info().currsize, profile._read.cache_info().currsize)
"""


def run(program: str, locale: str = "C") -> bytes:
    environment = {**os.environ, "LC_ALL": locale, "LANG": locale, "PYTHONIOENCODING": "utf-8"}  # noqa: TID251
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment).stdout


@pytest.fixture(scope="module")
def spoken_under_c() -> bytes:
    return run(SPEAK)


@pytest.mark.parametrize("locale", ["fr_FR", "ja_JP"])
def test_same_bytes_under_every_locale_of_the_process(spoken_under_c: bytes, locale: str) -> None:
    assert "veintiuna casas" in spoken_under_c.decode()
    assert sha256(run(SPEAK, locale)).digest() == sha256(spoken_under_c).digest()


def test_import_loads_no_data_of_any_language() -> None:
    assert run(QUIET).decode().split("\n")[:2] == ["[]", "0 0"]

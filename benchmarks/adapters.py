"""How long the pure adapters and `simple` take for 1,000 characters, and how long their import takes.

    python -m benchmarks.adapters [--letters 40] [--texts FILE --lang es]

Processor time of the one thread that works, so that other work on the machine counts little; reading the text is in it.
The letters are made up, each another; half as many go before as warm-up. `--texts` measures a file of one's own
instead, one text a line. Goals: a millisecond for 1,000 characters at the median, 150 ms to import.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from accessibility.parse import parse
from accessibility.registry import ADAPTERS
from accessibility.simple.profile import languages
from accessibility.simple.simplification import simplify
from accessibility.verbalise import verbalise
from benchmarks.figure import Figure, table
from loadtests import texts
from locales.tags import LanguageTag

LANGUAGES = ("es", "en", "fr", "ar", "hi", "uk")

Work = Callable[[str, LanguageTag], object]


def works() -> dict[str, Work]:
    """What is measured: every adapter that runs no program, spoken words with it, and `simple`."""
    found: dict[str, Work] = {name: _rendering(name, {}) for name, adapter in ADAPTERS.items() if not adapter.process}
    found["ssml, numbers in words"] = _rendering("ssml", {"verbalise": verbalise})
    found["plain, numbers in words"] = _rendering("plain", {"verbalise": verbalise})
    return found | {"simple": simplify}


def _rendering(name: str, options: dict[str, object]) -> Work:
    adapter = next(adapter for each, adapter in ADAPTERS.items() if each == name)
    return lambda text, lang: adapter.render(parse(text, "text", lang), adapter.options(**options))


def letters(lang: str, count: int) -> list[str]:
    """Distinct letters to a person, the same every time."""
    random = Random(5)
    return [texts.letter(random, lang) for _ in range(count)]


def per_thousand(work: Work, written: Sequence[str], lang: LanguageTag) -> tuple[float, ...]:
    """Milliseconds for 1,000 characters, text by text; the first third is warm-up and thrown away."""
    found = []
    for text in written:
        began = time.thread_time_ns()
        work(text, lang)
        found.append((time.thread_time_ns() - began) / 1e3 / len(text))
    return tuple(found[len(found) // 3 :])


def import_ms(rounds: int = 7) -> tuple[float, ...]:
    """User time of a Python that imports every adapter and `simple`, less that of one that imports nothing."""
    bare = min(_user_ms("pass") for _ in range(rounds))
    everything = "import accessibility.registry, accessibility.simple.simplification"
    return tuple(_user_ms(everything) - bare for _ in range(rounds + 1))[1:]


def _user_ms(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, "-c", code], check=True)
    return 1000 * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)


def figures(named: dict[str, list[str]]) -> Iterator[Figure]:
    """A figure for each adapter and language; one value per text."""
    simple = {str(each) for each in languages()}
    for name, work in works().items():
        for lang, written in named.items():
            if name != "simple" or lang in simple:
                yield Figure(f"{name}, {lang}, ms", "≤ 1", per_thousand(work, written, LanguageTag(lang)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=40)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--lang", default="es")
    options = parser.parse_args()
    if options.texts:
        named = {options.lang: options.texts.read_text(encoding="utf-8").splitlines()}
    else:
        named = {lang: letters(lang, options.letters * 3 // 2) for lang in LANGUAGES}
    print(table([*figures(named), Figure("import, ms of user time", "≤ 150", import_ms())]))


if __name__ == "__main__":
    main()

"""A draft of a language's profile: what CLDR, espeak-ng and liblouis on this machine know of it; people do the rest.

python -m docs.new_language TAG > locales/profiles/TAG.toml
"""

from __future__ import annotations

import argparse
import json
import sys

import langcodes
from babel import Locale, UnknownLocaleError

from accessibility import braille_tables, tools
from accessibility.adapters import audio
from locales.tags import LanguageTag, base, flores_code, likely_script, parse

MARKS = {"Arab": ".؟!", "Deva": "।॥?!", "Beng": "।॥?!", "Ethi": "።፧!", "Khmr": "។៕?!", "Mymr": "။?!"}


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def draft(tag: LanguageTag) -> str:
    """The profile's text."""
    language = base(tag)
    locale = _locale(language)
    script = likely_script(language) or "Latn"
    codes = [langcodes.Language.get(language).to_alpha3(), flores_code(tag)]
    autonym = (locale and locale.language_name) or tag
    english = Locale("en").languages.get(language, tag)
    lines = [
        'status = "draft"',
        f"autonym = {quoted(autonym)}",
        f"english_name = {quoted(english)}",
        f"script = {quoted(script)}",
        f"direction = {quoted(locale.text_direction if locale else 'ltr')}",
        f"codes = {json.dumps([code for code in codes if code])}",
        "reads_next = []",
        "",
        "[writing]",
        f"sentence_marks = {quoted(MARKS.get(script, '.!?'))}",
        "",
        "[plural]",
        *_plural(locale),
        *_section("speech", _voice(tag)),
        *_section("braille", _braille(tag)),
        "",
        "[sources]",
        f"names = {quoted('CLDR' if locale else 'hand')}",
        f"writing = {quoted('hand')}",
        f"plural = {quoted('CLDR' if locale else 'hand')}",
    ]
    return "\n".join(lines) + "\n"


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except UnknownLocaleError:
        return None


def _plural(locale: Locale | None) -> list[str]:
    if locale is None:
        return []
    order = ("zero", "one", "two", "few", "many")
    rules = locale.plural_form.rules
    return [f"{name} = {quoted(_cldr_syntax(rules[name]))}" for name in order if name in rules]


def _cldr_syntax(rule: str) -> str:
    """Babel prints the operators of old CLDR versions."""
    return rule.replace(" not in ", " != ").replace(" in ", " = ").replace(" mod ", " % ")


def _section(name: str, lines: list[str]) -> list[str]:
    return ["", f"[{name}]", *lines] if lines else []


def _voice(tag: LanguageTag) -> list[str]:
    voice = audio.voice_of(tag) if tools.installed(audio.TOOL) else None
    return [f"voice = {quoted(voice)}"] if voice else []


def _braille(tag: LanguageTag) -> list[str]:
    """As the service would choose them."""
    tables = {"uncontracted": braille_tables.find(tag, 1), "contracted": braille_tables.find(tag, 2)}
    return [
        f"{kind} = {quoted(table.name)}"
        for kind, table in tables.items()
        if table and table.contracted == (kind == "contracted")
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tag")
    sys.stdout.write(draft(parse(parser.parse_args().tag)))


if __name__ == "__main__":
    main()

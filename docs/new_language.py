"""A draft of a language's profile: what CLDR, espeak-ng and liblouis on this machine know of it; people do the rest.

    python -m docs.new_language TAG --cldr CLDR_FOLDER > locales/profiles/TAG.toml

CLDR_FOLDER holds the unpacked npm packages `cldr-core` and `cldr-misc-full` (`npm pack NAME`, then `tar xzf`): Babel
has neither quotation marks nor calendars. Without it, and for a language CLDR does not know, those lines stay away.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import langcodes
from babel import Locale, UnknownLocaleError

from locales.tags import LanguageTag, base, flores_code, likely_script, parse

MARKS = {"Arab": ".؟!", "Deva": "।॥?!", "Beng": "।॥?!", "Ethi": "።፧!", "Khmr": "។៕?!", "Mymr": "။?!"}
TABLES = Path("/usr/share/liblouis/tables")


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def draft(tag: LanguageTag, cldr: Path | None) -> str:
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
        *_conventions(language, locale, cldr),
        "",
        "[plural]",
        *_plural(locale),
        *_section("speech", _voice(language)),
        *_section("braille", _braille(language)),
        "",
        "[sources]",
        f"names = {quoted('CLDR' if locale else 'hand')}",
        f"writing = {quoted('CLDR' if locale else 'hand')}",
        f"plural = {quoted('CLDR' if locale else 'hand')}",
    ]
    return "\n".join(lines) + "\n"


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language)
    except UnknownLocaleError:
        return None


def _conventions(language: str, locale: Locale | None, cldr: Path | None) -> list[str]:
    digits = str(locale.default_numbering_system) if locale else "latn"
    native = str(locale.other_numbering_systems.get("native", digits)) if locale else digits
    lines = [f"digits = {quoted(digits)}", f"native_digits = {quoted(native)}"]
    if cldr:
        lines += [f"quotes = {json.dumps(marks, ensure_ascii=False)}" for marks in _quotes(language, cldr)]
        lines.append(f"calendars = {json.dumps(_calendars(language, cldr))}")
    return lines


def _quotes(language: str, cldr: Path) -> list[list[str]]:
    path = next(cldr.rglob(f"main/{language}/delimiters.json"), None)
    if path is None:
        return []
    marks = json.loads(path.read_text("utf-8"))["main"][language]["delimiters"]
    names = ("quotationStart", "quotationEnd", "alternateQuotationStart", "alternateQuotationEnd")
    return [[marks[name] for name in names]]


def _calendars(language: str, cldr: Path) -> list[str]:
    core: dict[str, Any] = json.loads(next(cldr.rglob("supplemental/calendarPreferenceData.json")).read_text("utf-8"))
    likely = json.loads(next(cldr.rglob("supplemental/likelySubtags.json")).read_text("utf-8"))
    tag = likely["supplemental"]["likelySubtags"].get(language, "und-Zyyy-001")
    found: list[str] = core["supplemental"]["calendarPreferenceData"].get(tag.split("-")[2], ["gregorian"])
    return found


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


def _voice(language: str) -> list[str]:
    listed = subprocess.run(["espeak-ng", "--voices"], capture_output=True, text=True, check=False).stdout
    voices = {line.split()[1] for line in listed.splitlines()[1:]}
    wanted = {"zh": "cmn", "en": "en-gb", "fr": "fr-fr"}.get(language, language)
    return [f"voice = {quoted(wanted)}"] if wanted in voices else []


def _braille(language: str) -> list[str]:
    found: dict[str, str] = {}
    for path in sorted(TABLES.glob("*")):
        fields = dict(re.findall(r"^#[-+]([\w-]+): *(.+?) *$", path.read_text("utf-8", "replace"), re.MULTILINE))
        if fields.get("language") == language and fields.get("type") == "literary" and "index-name" in fields:
            kind = "contracted" if fields.get("contraction") == "full" else "uncontracted"
            if fields.get("contraction") != "partial":
                found.setdefault(kind, fields["index-name"])
    return [f"{kind} = {quoted(found[kind])}" for kind in ("uncontracted", "contracted") if kind in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tag")
    parser.add_argument("--cldr", type=Path)
    given = parser.parse_args()
    sys.stdout.write(draft(parse(given.tag), given.cldr))


if __name__ == "__main__":
    main()

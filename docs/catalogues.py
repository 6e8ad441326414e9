"""Keep the message catalogues in order: ids as `locales.messages` lists them, plural forms as the profiles say.

    python -m docs.catalogues [--from FOLDER]

Rewrites every `locales/po/<tag>.po` and says which messages it lacks. FOLDER may hold `<tag>.json` files of new or
changed texts: {"error.some_code.message": "text"}, or {"one": "…", "other": "…", "counted": "limit"} by plural category
for a message that counts, with the name of the placeholder that does in `en.json`.
Exits with 1 while a message is missing somewhere.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from babel.plural import to_gettext

from locales.messages import FALLBACK, LOCALES, MESSAGE_IDS, plural_categories
from locales.profiles import PROFILES
from locales.tags import LanguageTag

FOLDER = Path(__file__).parents[1] / "locales" / "po"
HEADER = """\
# What Malgil says to people. X-Reviewed turns true when a speaker has read every line.
msgid ""
msgstr ""
"Language: {tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"
"X-Reviewed: {reviewed}\\n"
"""
_NOT_FOR_INTEGERS = re.compile("e = 0 and | or e != 0..5| and v = 0")
Text = str | dict[str, str]


def read(tag: LanguageTag) -> tuple[dict[str, Text], dict[str, str]]:
    """A catalogue's texts, by plural category where they count, and for these the placeholder that counts."""
    path = FOLDER / f"{tag}.po"
    texts: dict[str, Text] = {}
    counted: dict[str, str] = {}
    if path.exists():
        with path.open("rb") as source:
            for entry in read_po(source):
                if isinstance(entry.id, str):
                    texts[entry.id] = str(entry.string)
                else:
                    message_id, counted[message_id] = entry.id[0], entry.id[1]
                    texts[message_id] = dict(zip(plural_categories(tag), entry.string or (), strict=True))
    return texts, counted


def plural_header(tag: LanguageTag) -> str:
    """The `Plural-Forms` of a language, for the tools translators use: they count whole numbers, without exponents."""
    found = PROFILES[tag].plural
    return to_gettext({category: _NOT_FOR_INTEGERS.sub("", rule) for category, rule in found.items()})


def written(tag: LanguageTag, texts: Mapping[str, Text], counted: Mapping[str, str]) -> str:
    path = FOLDER / f"{tag}.po"
    reviewed = "true" if path.exists() and "X-Reviewed: true" in path.read_text("utf-8") else "false"
    blocks = [HEADER.format(tag=tag, plural=plural_header(tag), reviewed=reviewed)]
    for message_id in MESSAGE_IDS:
        if text := texts.get(message_id):
            lines = [f"msgid {_quoted(message_id)}"]
            if message_id in counted:
                forms = dict.fromkeys(plural_categories(tag), text) if isinstance(text, str) else text
                lines.append(f"msgid_plural {_quoted(counted[message_id])}")
                for index, category in enumerate(plural_categories(tag)):
                    lines.append(f"msgstr[{index}] {_quoted(forms.get(category, forms['other']))}")
            else:
                lines.append(f"msgstr {_quoted(str(text))}")
            blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="folder", type=Path)
    given = parser.parse_args()
    new = {tag: _given(given.folder, tag) for tag in LOCALES}
    counted = read(FALLBACK)[1]
    counted |= {name: "{" + row["counted"] + "}" for name, row in new[FALLBACK].items() if isinstance(row, dict)}
    lacking = False
    for tag in LOCALES:
        texts = read(tag)[0] | new[tag]
        (FOLDER / f"{tag}.po").write_text(written(tag, texts, counted), "utf-8")
        for message_id in MESSAGE_IDS:
            if not texts.get(message_id):
                lacking = True
                sys.stdout.write(f"{tag}: {message_id} is missing\n")
    sys.exit(lacking)


def _given(folder: Path | None, tag: LanguageTag) -> dict[str, Any]:
    path = folder / f"{tag}.json" if folder else None
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path and path.exists() else {}
    return found


if __name__ == "__main__":
    main()

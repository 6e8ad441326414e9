"""What axe-core in Chromium, html-validate, a virtual screen reader and an SSML checker say of what adapters write.

All of them look once, at good pages and at damaged ones: a checker that passes a damaged page proves nothing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accessibility.adapters import html, ssml
from accessibility.adapters.html import HtmlOptions
from accessibility.adapters.ssml import SsmlOptions
from accessibility.parse import parse
from tests.accessibility.pages import all_pages, spanish, tag
from tests.accessibility.tools import needs

FOLDER = Path(__file__).parent / "browser"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
OPTIONS = HtmlOptions(heading_base=2, notice=True, status=True, landmark=True, ui_lang=tag("es"))
MIXED = "<p>Autor: <span lang='ar'>مكتبة</span> - 3 libros</p>"


def article(markup: str) -> str:
    return str(html.render(parse(markup, "html", tag("es")), OPTIONS).content)


GOOD = {name: str(html.render(page, OPTIONS).content) for name, page in all_pages().items()}
SPANISH = str(html.render(spanish(), OPTIONS).content)

Change = Callable[[str], str]
# What is damaged, and which rule of axe and of html-validate must see it; None: that one is blind to it.
DAMAGED: dict[str, tuple[Change, str | None, str | None]] = {
    "alt removed": (lambda page: page.replace(' alt="Plano del edificio"', ""), "image-alt", "wcag/h37"),
    "link emptied": (lambda page: re.sub(r' title="[^"]*">la página de citas</a>', "></a>", page), "link-name",
                     "wcag/h30"),
    "heading skipped": (lambda page: page.replace("h3>", "h6>"), "heading-order", None),
    "scope mistaken": (lambda page: page.replace('scope="col"', 'scope="column"'), "scope-attr-valid",
                       "attribute-allowed-values"),
    "language misspelt": (lambda page: page.replace('lang="en"', 'lang="zz-not"'), "valid-lang", None),
    "direction misspelt": (lambda page: page.replace('dir="rtl"', 'dir="izq"'), None, "attribute-allowed-values"),
    "id doubled": (lambda page: page.replace('id="text-inicio"', 'id="text-q"'), None, "no-dup-id"),
    "label removed": (lambda page: page.replace(' for="text-q"', "").replace(' placeholder="Título o autor"', ""),
                      "label", None),
    "item outside a list": (lambda page: page.replace("<ul>", "<div>").replace("</ul>", "</div>"), "listitem",
                            "element-permitted-content"),
}  # fmt: skip


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    needs("node", CHROMIUM)
    if not (FOLDER / "node_modules").is_dir():
        reason = f"not installed: npm ci --ignore-scripts --prefix {FOLDER.relative_to(Path.cwd())}"
        if "CI" in os.environ:  # noqa: TID251 there a skip would hide a failure
            pytest.fail(reason)
        pytest.skip(reason)
    asked = {
        "fragments": GOOD | {name: change(SPANISH) for name, (change, _, _) in DAMAGED.items()},
        "read": {
            "es": SPANISH,
            "am": GOOD["am"],
            "without headers": SPANISH.replace("<th", "<td").replace("</th", "</td"),
            "without status": SPANISH.replace(' role="status"', ""),
        },
        "geometry": {
            "with direction": {"fragment": article(MIXED), "texts": ["مكتبة", "3 libros"]},
            "without": {"fragment": article(MIXED).replace(' dir="rtl"', ""), "texts": ["مكتبة", "3 libros"]},
        },
        "ssml": {
            f"{dialect} {name}": {"platform": platform, "content": change(_ssml(dialect))}
            for dialect, platform in (("polly", "amazon"), ("google", "google"))
            for name, change in SSML.items()
        },
    }
    environment = {**os.environ, "CHROMIUM": CHROMIUM}  # noqa: TID251 node looks for its own settings there
    command = ["node", str(FOLDER / "examine.mjs")]
    found = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    assert found.returncode == 0, found.stderr[-2000:]
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


SSML: dict[str, Change] = {
    "good": lambda content: content,
    "a tag it does not know": lambda content: content.replace("<p>", "<voices>").replace("</p>", "</voices>"),
    "a bad pause": lambda content: content.replace('"700ms"', '"700"'),
    "an ampersand": lambda content: content.replace("&amp;", "&"),
}


def _ssml(dialect: str) -> str:
    return str(
        ssml.render(
            spanish(), SsmlOptions(dialect=dialect, rate=90, languages=frozenset({tag("es"), tag("en")}))
        ).content
    )


@pytest.mark.timeout(320)
@pytest.mark.parametrize("name", GOOD)
def test_axe_finds_no_fault(seen: dict[str, Any], name: str) -> None:
    assert seen["axe"][name] == []


@pytest.mark.parametrize("name", GOOD)
def test_the_markup_is_valid(seen: dict[str, Any], name: str) -> None:
    assert seen["valid"][name] == []


@pytest.mark.parametrize("name", DAMAGED)
def test_the_checkers_see_the_damage(seen: dict[str, Any], name: str) -> None:
    change, axe, validator = DAMAGED[name]
    assert change(SPANISH) != SPANISH
    assert axe is None or axe in seen["axe"][name]
    assert validator is None or validator in seen["valid"][name]


def test_a_number_beside_an_arabic_name_stays_where_it_is_read(seen: dict[str, Any]) -> None:
    isolated, not_isolated = seen["places"]["with direction"], seen["places"]["without"]
    assert isolated["3 libros"] > isolated["مكتبة"]
    assert not_isolated["3 libros"] < not_isolated["مكتبة"]


def test_a_screen_reader_hears_the_structure(seen: dict[str, Any]) -> None:
    said = seen["spoken"]["es"]
    for phrase in (
        "heading, Biblioteca municipal, level 2",
        "region, Biblioteca municipal",
        "list",
        "end of list",
        "table, Horario de verano",
        "columnheader, Mañana",
        "image, Plano del edificio",
        "link, la página de citas",
        "navigation, Secciones",
        "searchbox, Buscar, placeholder Título o autor",
    ):
        assert any(heard.startswith(phrase) for heard in said), (phrase, said)
    assert any("Traducción lista" in heard for heard in said)
    assert "image, የሕንፃው ካርታ" in seen["spoken"]["am"]


def test_a_screen_reader_hears_what_is_missing(seen: dict[str, Any]) -> None:
    assert not any("columnheader" in heard for heard in seen["spoken"]["without headers"])
    assert any(heard.startswith("status") for heard in seen["spoken"]["es"])
    assert not any(heard.startswith("status") for heard in seen["spoken"]["without status"])


@pytest.mark.parametrize("dialect", ["polly", "google"])
def test_a_checker_of_speech_markup_agrees(seen: dict[str, Any], dialect: str) -> None:
    assert seen["ssml"][f"{dialect} good"] == []
    assert all(seen["ssml"][f"{dialect} {name}"] for name in SSML if name != "good")

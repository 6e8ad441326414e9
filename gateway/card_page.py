"""The model card as a page: server-rendered, without JavaScript, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, partial
from itertools import count

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from gateway.schemas.cards import CardMetric, ModelCard
from locales.languages import display_name, text_direction
from locales.messages import message
from locales.tags import LanguageTag

_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
# Metric → message, unit, digits.
_COSTS = {"size_mb": ("size", "MB", 0), "load_s": ("load", "s", 2), "resident_mib": ("memory", "MiB", 0)}
_TABLE = '<section class="wide" tabindex="0" aria-label="Table {}">\n<table>\n'
_TITLE = re.compile(r"\A\s*# .*\n")


def render(card: ModelCard, locale: LanguageTag) -> str:
    return _template().render(
        card=card,
        lang=locale,
        dir=text_direction(locale),
        told=partial(_told, locale),
        name=partial(_name, locale),
        about=_about(card.about),
        speed=_speed,
        costs=_COSTS,
    )


def _speed(metrics: Sequence[CardMetric]) -> str:
    return next((f"{each.value:.0f}" for each in metrics if each.name == "sentences_per_s"), "–")


def _told(locale: LanguageTag, message_id: str, **values: object) -> str:
    return message(message_id, locale, **values)


def _name(locale: LanguageTag, tag: str) -> str:
    return display_name(LanguageTag(tag), locale)


def _about(markdown: str) -> Markup:
    """The card's Markdown below the page's own headings, a wide table scrolling by itself. Raw HTML in it is shown,
    never obeyed."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(_TITLE.sub("", _COMMENT.sub("", markdown)))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type in ("th_open", "td_open") and token.attrs.pop("style", "") == "text-align:right":
            token.attrSet("class", "number")
    tables = count(1)
    reader.add_render_rule("table_open", lambda *_: _TABLE.format(next(tables)))
    reader.add_render_rule("table_close", lambda *_: "</table>\n</section>\n")
    return Markup(reader.renderer.render(tokens, reader.options, {}))


@cache
def _template() -> Template:
    pages = Environment(
        loader=PackageLoader("gateway", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return pages.get_template("model_card.html")

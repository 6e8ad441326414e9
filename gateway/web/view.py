"""The page as HTML: every word from the catalogues, every text in its language and direction."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from accessibility.rendering import Rendered
from gateway.parts import Parts
from gateway.schemas.problems import Problem
from gateway.web.answers import Answer
from gateway.web.form import KINDS, Form, Wish
from locales.languages import LANGUAGES, display_name, language, text_direction
from locales.messages import LOCALES, message
from locales.tags import LanguageTag

POLICY = (
    "default-src 'none'; style-src 'self'; media-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ACCENTS = re.compile("[\u0300-\u036f]")  # "árabe" stands among the words with a

# What went wrong, and the field in which a reader can mend it.
_FIELDS = {
    "text_empty": "text",
    "text_too_long": "text",
    "body_too_large": "text",
    "no_sentence_fits": "text",
    "suspicious_characters": "text",
    "output_too_long": "text",
    "language_uncertain": "source",
    "unknown_language": "source",
    "simplification_not_served": "source",
    "pair_not_served": "target",
}
# Their help names fields of the API; the page has a button instead.
_HELP_FOR_PROGRAMS = ("no_voice", "no_braille_table", "undefined_characters", "output_too_long", "invalid_field")


@dataclass(frozen=True, slots=True)
class Fault:
    """What a reader has to know or mend: `field` is the field it is about, `nearest` what may stand in instead."""

    message: str
    help: str = ""
    field: str = ""
    nearest: LanguageTag | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that one page shows besides its words: what was filled in, and what came of it."""

    form: Form
    answer: Answer | None = None
    article: str = ""  # the result as the html adapter wrote it
    extra: Rendered | None = None  # recording or braille
    fault: Fault | None = None
    said: str = "page.done"  # message id of the status


@dataclass(frozen=True, slots=True)
class _Choice:
    tag: LanguageTag
    name: str


def page(shown: Shown, service: Parts, locale: LanguageTag) -> str:
    """The whole page."""
    translators = [entry for entry in service.catalogue.entries if entry.task == "translate"]
    sources = {tag for entry in translators for tag in entry.sources}
    targets = {tag for entry in translators for tag in entry.targets}
    return _template().render(
        shown=shown,
        form=shown.form,
        answer=shown.answer,
        fault=shown.fault,
        told=partial(_told, locale),
        name=partial(_name, locale),
        direction=text_direction,
        sound=_sound(shown.extra),
        article=Markup(shown.article),
        wish=Wish,
        lang=locale,
        dir=text_direction(locale),
        locales=[language(each) for each in LOCALES],
        sources=_choices(sources, locale),
        others=_choices(set(LANGUAGES) - sources, locale),
        targets=_choices(targets, locale),
        kinds=KINDS,
        style=style()[1],
    )


def fault(problem: Problem, nearest: LanguageTag | None = None) -> Fault:
    """A problem as a reader of the page is told it."""
    told = "" if problem.code in _HELP_FOR_PROGRAMS else problem.help
    return Fault(problem.message, told, _FIELDS.get(problem.code, ""), nearest)


@cache
def style() -> tuple[bytes, str]:
    """The style sheet, and an address that changes with it, so that browsers may keep it."""
    content = files("gateway").joinpath("pages", "home.css").read_bytes()
    return content, f"/page.css?{hashlib.sha256(content).hexdigest()[:12]}"


def _told(locale: LanguageTag, message_id: str, **values: object) -> str:
    return message(message_id, locale, **values)


def _name(locale: LanguageTag, tag: str) -> str:
    return display_name(LanguageTag(tag), locale)


def _choices(tags: set[LanguageTag], locale: LanguageTag) -> Sequence[_Choice]:
    listed = (_Choice(tag, display_name(tag, locale)) for tag in tags)
    return sorted(listed, key=lambda choice: _ACCENTS.sub("", unicodedata.normalize("NFKD", choice.name)).casefold())


def _sound(extra: Rendered | None) -> str:
    if extra is None or not isinstance(extra.content, bytes):
        return ""
    return f"data:{extra.content_type};base64,{base64.b64encode(extra.content).decode('ascii')}"


@cache
def _template() -> Template:
    pages = Environment(
        loader=PackageLoader("gateway", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template("home.html")

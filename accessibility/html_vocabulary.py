"""Which HTML elements and attributes a document keeps, and what they mean; what is not in a table does not pass."""

import re
from collections.abc import Mapping

from accessibility.document import TEXT_ATTRIBUTES, Attributes, BlockKind, InlineKind


def words(words: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(words.split())


BLOCKS: Mapping[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "p": "paragraph", "ul": "list", "ol": "list", "menu": "list", "li": "item", "dl": "definitions", "dt": "term",
    "dd": "description", "table": "table", "blockquote": "quote", "pre": "code", "figure": "figure",
    "figcaption": "caption", "hr": "rule",
}  # fmt: skip

# A box that holds blocks: kept as a section where it has a label, else only its language is.
BOXES = words(
    "html body main article section nav aside header footer div center address hgroup search details summary form "
    "fieldset legend dialog noscript"
)
LANDMARKS: Mapping[str, str] = {
    "nav": "navigation", "aside": "complementary", "section": "region", "search": "search", "form": "form",
}  # fmt: skip

INLINES: Mapping[str, InlineKind] = {
    "em": "emphasis", "i": "emphasis", "strong": "strong", "b": "strong", "a": "link", "abbr": "abbreviation",
    "acronym": "abbreviation", "cite": "citation", "q": "quotation", "dfn": "definition", "mark": "mark", "sub": "sub",
    "sup": "sup", "del": "deleted", "s": "deleted", "strike": "deleted", "ins": "inserted", "u": "span", "time": "time",
    "bdi": "isolate", "bdo": "isolate", "span": "span", "small": "span", "big": "span", "font": "span", "tt": "code",
    "code": "code", "kbd": "code", "samp": "code", "var": "code", "br": "break", "img": "image", "input": "field",
    "textarea": "field", "label": "label", "button": "button", "ruby": "span", "wbr": "span", "data": "span",
}  # fmt: skip

# How a node is written again; headings, lists and cells depend on their attributes.
TAGS: Mapping[str, str] = {
    "paragraph": "p", "item": "li", "definitions": "dl", "term": "dt", "description": "dd", "table": "table",
    "caption": "caption", "row": "tr", "quote": "blockquote", "figure": "figure", "section": "section", "rule": "hr",
    "emphasis": "em", "strong": "strong", "link": "a", "abbreviation": "abbr", "citation": "cite", "quotation": "q",
    "definition": "dfn", "mark": "mark", "sub": "sub", "sup": "sup", "deleted": "del", "inserted": "ins",
    "time": "time", "isolate": "bdi", "span": "span", "keep": "span", "code": "code", "break": "br", "image": "img",
    "field": "input", "label": "label", "button": "button", "math": "math",
}  # fmt: skip

# Gone with all that is in them: what runs, what styles, what embeds, and what has no meaning outside its own element.
DROPPED = words(
    "script style template iframe object embed applet svg canvas audio video source track param link meta base frame "
    "frameset noframes noembed plaintext xmp select option optgroup datalist map area head title rp"
)

_EVERYWHERE = (*TEXT_ATTRIBUTES[1:], "id", "role", "hidden")
_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "link": ("href", "hreflang"),
    "image": ("src", "alt", "width", "height"),
    "field": ("type", "name", "autocomplete", "required", "checked"),
    "label": ("for",),
    "list": ("start", "reversed", "type"),
    "item": ("value",),
    "cell": ("colspan", "rowspan", "scope", "headers"),
    "time": ("datetime",),
}
# States and properties of WAI-ARIA 1.2; those that are text or refer to ids stand in other tables.
_ARIA = words(
    "aria-atomic aria-autocomplete aria-busy aria-checked aria-colcount aria-colindex aria-colspan aria-current "
    "aria-disabled aria-expanded aria-haspopup aria-hidden aria-invalid aria-level aria-live aria-modal "
    "aria-multiline aria-multiselectable aria-orientation aria-posinset aria-pressed aria-readonly aria-relevant "
    "aria-required aria-rowcount aria-rowindex aria-rowspan aria-selected aria-setsize aria-sort aria-valuemax "
    "aria-valuemin aria-valuenow"
)
# What these say is said of a role: without it, "checked" is the state of nothing.
_OF_A_ROLE = words(
    "aria-autocomplete aria-checked aria-colcount aria-colindex aria-colspan aria-expanded aria-level aria-modal "
    "aria-multiline aria-multiselectable aria-orientation aria-placeholder aria-posinset aria-pressed aria-readonly "
    "aria-required aria-rowcount aria-rowindex aria-rowspan aria-selected aria-setsize aria-sort aria-valuemax "
    "aria-valuemin aria-valuenow aria-valuetext"
)
# The kinds that are something by themselves.
_WITH_A_ROLE = words("link button field heading list item table row cell image")
_ID = re.compile(r"[^\s\"'<>&]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,4}")
_PLACE = re.compile(r"-?[0-9]{1,6}")
_ROLES = words(
    "note region navigation complementary search form img figure group list listitem status alert doc-tip "
    "doc-footnote doc-abstract checkbox switch radio progressbar meter"
)
# Their states mean something with them only, and they mean little without their states.
STATEFUL_ROLES = words("checkbox switch radio progressbar meter")
_NUMBERINGS = words("1 a A i I")
_FIELD_TYPES = words("text search email tel url number date time month week checkbox radio range color")

# Attributes that name the id of another element; rewritten together with the ids.
REFERENCES = words(
    "for headers aria-labelledby aria-describedby aria-controls aria-owns aria-details aria-flowto "
    "aria-activedescendant aria-errormessage"
)
EMPTY_ATTRIBUTES = frozenset({"required", "checked", "hidden", "reversed"})

_SCHEMES = frozenset({"http", "https", "mailto", "tel", "sms", "geo"})
_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")
_SCHEME = re.compile(r"([^/?#:]*):")


def safe_url(url: str) -> str:
    """The address when it leads to a page, a mailbox or a telephone; empty when it could do anything else."""
    # Browsers ignore blanks inside a scheme: "java\tscript:" is JavaScript.
    scheme = _SCHEME.match(_BLANK.sub("", url))
    return "" if scheme and scheme[1].lower() not in _SCHEMES else url.strip()


def keeps(kind: str, name: str, value: str) -> str | None:
    """The value with which a node of this kind keeps an attribute, None where it does not."""
    if name in ("href", "src"):
        value = safe_url(value)
    aria = name in _ARIA or (name in REFERENCES and name.startswith("aria-"))
    allowed = aria or name in _EVERYWHERE or name in _OF_KIND.get(kind, ())
    return value if allowed and _well_formed(kind, name, value) else None


def with_meaning(kind: str, attributes: Mapping[str, str]) -> Attributes:
    """The attributes of a node without the states of a role that it does not have, in order."""
    has_role = kind in _WITH_A_ROLE or attributes.get("role") in STATEFUL_ROLES
    return tuple(sorted((name, value) for name, value in attributes.items() if has_role or name not in _OF_A_ROLE))


def _well_formed(kind: str, name: str, value: str) -> bool:
    if name in _FORMS:
        return _FORMS[name].fullmatch(value) is not None
    if name == "role":
        return value in _ROLES
    if name == "type":
        return value in (_NUMBERINGS if kind == "list" else _FIELD_TYPES)
    if name == "hidden":
        return value.lower() != "until-found"  # which a reader finds
    if name == "scope":
        return value in ("row", "col", "rowgroup", "colgroup")
    return name not in ("href", "src") or bool(value)


_FORMS: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("id", "for", "name"), _ID),
    **dict.fromkeys(("colspan", "rowspan", "width", "height"), _NUMBER),
    **dict.fromkeys(("start", "value"), _PLACE),
}

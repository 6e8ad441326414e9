"""One form for equal texts: what a reader cannot see neither changes a translation nor hides in one."""

import re
import unicodedata

NORMALISATION_VERSION = "nfc-lf-1"

# VT, FF and NEL become line ends instead of vanishing: dropping them would glue two words together.
_LINE_END = re.compile("\r\n|[\r\v\f\x85]")

_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_BIDI_OVERRIDES = "\u202a-\u202e"
_TAG_CHARACTERS = "\U000e0000-\U000e007f"
_LONE_SURROGATES = "\ud800-\udfff"  # a JSON escape can carry one; no encoder behind us can
_HIDDEN = re.compile(f"[{_CONTROLS}{_BIDI_OVERRIDES}{_TAG_CHARACTERS}{_LONE_SURROGATES}]")

# Soft hyphens and byte order marks are leftovers of typesetting and of files: they break the lookup of word pieces,
# so they go, but they are no reason to warn anybody.
_LEFTOVERS = re.compile("[\u00ad\ufeff]")


def normalise(text: str) -> str:
    """The text in NFC with LF line ends, without hidden characters; joiners, zero-width spaces and isolates stay."""
    return unicodedata.normalize("NFC", _LINE_END.sub("\n", _LEFTOVERS.sub("", _HIDDEN.sub("", text))))


def in_one_line(text: str) -> str:
    """The text normalised, every white space a single blank and none at its ends."""
    return " ".join(normalise(text).split())


def suspicious(text: str) -> bool:
    """Whether a text holds invisible characters that can carry or disguise a message, which `normalise` removes."""
    return _HIDDEN.search(text) is not None


def has_letters(text: str) -> bool:
    """Whether there is anything to translate: one letter of any script."""
    return any(map(str.isalpha, text))

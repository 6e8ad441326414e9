"""What Malgil says to people, by message id, in the language they read."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po

from locales.tags import LanguageTag, base

FALLBACK = LanguageTag("en")

LOCALES: tuple[LanguageTag, ...] = tuple(
    map(LanguageTag, ("es", "ca", "gl", "ast", "an", "eu", "oc", "pt", "fr", "en", "ko"))
)

# Every error has a `.message`, what happened, and a `.help`, what to do next.
ERRORS = (
    "unknown_language",
    "pair_not_served",
    "language_uncertain",
    "text_empty",
    "text_too_long",
    "too_many_texts",
    "no_sentence_fits",
    "no_voice",
    "no_braille_table",
    "undefined_characters",
    "unsupported_dialect",
    "output_unavailable",
    "output_failed",
    "output_too_long",
    "document_too_deep",
    "body_too_large",
    "body_not_json",
    "body_not_utf8",
    "invalid_field",
    "unknown_field",
    "method_not_allowed",
    "not_found",
    "overloaded",
    "timed_out",
    "queue_unavailable",
    "translation_failed",
    "model_unavailable",
    "unknown_model",
    "internal",
)
WARNINGS = (
    "number_mismatch",
    "link_mismatch",
    "email_mismatch",
    "placeholder_mismatch",
    "length_ratio",
    "repetition",
    "wrong_script",
    "cut_off",
    "suspicious_characters",
    "source_detected",
    "not_translated",
    "nearest_voice",
    "nearest_table",
    "other_grade",
    "undefined_characters",
    "table_without_headers",
    "image_without_text",
    "address_cut",
    "markup_lost",
)
# What adapters say of a text's structure.
STRUCTURE = ("ready", "original", "row", "image", "web_link")
# The page of a model card, where a model stands, and how good it is.
CARD = (
    "title",
    "state",
    "licence",
    "evaluated",
    "quality",
    "explanation",
    "direction",
    "tier",
    "copied",
    "teacher",
    "numbers",
    "test_set",
    "lines",
    "waivers",
    "metric",
    "by",
    "until",
    "reason",
    "about",
)
STATES = ("candidate", "evaluated", "canary", "serving", "retired")
TIERS = ("good", "fair", "basic", "unknown")
MESSAGE_IDS = (
    *(f"error.{code}.{part}" for code in ERRORS for part in ("message", "help")),
    "label.machine_translation",
    "label.machine_summary",
    "label.machine_summary_translated",
    *(f"label.{word}" for word in STRUCTURE),
    *(f"warning.{code}" for code in WARNINGS),
    *(f"card.{part}" for part in CARD),
    *(f"state.{state}" for state in STATES),
    *(f"tier.{tier}" for tier in TIERS),
)


def message(message_id: str, locale: LanguageTag, **values: object) -> str:
    """The text of a message in the reader's language, or in English, with the named values in their places."""
    available = (reader for reader in (locale, base(locale), FALLBACK) if reader in LOCALES)
    return _catalogue(next(available))[message_id].format(**values)


@cache
def _catalogue(locale: LanguageTag) -> Mapping[str, str]:
    source = files("locales").joinpath("po", f"{locale}.po").read_bytes()
    return {str(entry.id): str(entry.string) for entry in read_po(BytesIO(source)) if entry.id}

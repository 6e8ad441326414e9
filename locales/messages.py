"""What Malgil says to people, by message id, in the language they read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po

from locales.languages import reading_order, text_direction
from locales.profiles import plural_rule
from locales.pseudo import PSEUDO_LOCALES, pseudo
from locales.tags import LanguageTag

FALLBACK = LanguageTag("en")

LOCALES: tuple[LanguageTag, ...] = tuple(
    map(LanguageTag, ("es", "ca", "gl", "ast", "an", "eu", "oc", "pt", "fr", "en", "ko", "ar", "hi", "sw"))
)
# What a reader may ask for: every catalogue, and by name the two that only test a page.
READABLE: tuple[LanguageTag, ...] = (*LOCALES, *PSEUDO_LOCALES)

# Every error has a `.message`, what happened, and a `.help`, what to do next.
ERRORS = (
    "unknown_language",
    "pair_not_served",
    "simplification_not_served",
    "simplifier_not_served",
    "language_uncertain",
    "text_empty",
    "text_too_long",
    "too_many_texts",
    "too_many_alternatives",
    "no_sentence_fits",
    "no_voice",
    "no_braille_table",
    "undefined_characters",
    "unsupported_dialect",
    "output_unavailable",
    "output_failed",
    "output_too_long",
    "document_too_deep",
    "document_unsupported",
    "document_misnamed",
    "document_damaged",
    "document_encrypted",
    "document_too_large",
    "document_too_long",
    "document_too_many_parts",
    "document_has_macros",
    "document_without_text",
    "document_columns_unknown",
    "unknown_document",
    "document_not_ready",
    "documents_full",
    "body_too_large",
    "body_not_json",
    "body_not_utf8",
    "invalid_field",
    "unknown_field",
    "method_not_allowed",
    "not_found",
    "unknown_glossary",
    "glossary_pair",
    "glossary_empty",
    "entry_invalid",
    "entry_too_long",
    "entry_twice",
    "too_many_entries",
    "file_damaged",
    "file_forbidden",
    "file_pair_missing",
    "unsupported_format",
    "unknown_item",
    "already_decided",
    "correction_doubtful",
    "suggestions_off",
    "key_required",
    "unknown_key",
    "key_revoked",
    "key_expired",
    "scope_missing",
    "state_unavailable",
    "rate_limited",
    "overloaded",
    "timed_out",
    "queue_unavailable",
    "translation_failed",
    "model_unavailable",
    "unknown_model",
    "form_from_elsewhere",
    "internal",
)
WARNINGS = (
    "number_mismatch",
    "date_mismatch",
    "time_mismatch",
    "code_mismatch",
    "link_mismatch",
    "email_mismatch",
    "placeholder_mismatch",
    "length_ratio",
    "repetition",
    "wrong_script",
    "cut_off",
    "suspicious_characters",
    "source_detected",
    "source_doubted",
    "protected_lost",
    "not_translated",
    "still_hard",
    "guard_partial",
    "sentences_reverted",
    "nearest_voice",
    "nearest_table",
    "other_grade",
    "undefined_characters",
    "table_without_headers",
    "image_without_text",
    "address_cut",
    "foreign_passage",
    "markup_lost",
    "text_left",
    "page_without_text",
    "term_missing",
    "term_form",
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
    "misses",
    "value",
    "needs",
    "not_served",
    "speed",
    "size",
    "load",
    "memory",
    "sureness",
    "low",
    "medium",
    "high",
)
# The web page at `/`, from top to bottom.
PAGE = (
    "title",
    "skip",
    "languages",
    "text",
    "private",
    "source",
    "find_out",
    "target",
    "choose",
    "target_hint",
    "served",
    "others",
    "actions",
    "translate",
    "summarize",
    "simplify",
    "listen",
    "braille",
    "problem",
    "still_there",
    "target_missing",
    "done",
    "translation",
    "summary",
    "simplified",
    "recording",
    "automatic",
    "detected",
    "check",
    "model",
    "compare",
    "changes",
    "before",
    "after",
    "unchanged",
    "chosen",
    "save_text",
    "save_audio",
    "save_braille",
    "save_brf",
    "voice_of",
    "table_of",
    "report",
    "report_question",
    "wrong",
    "offensive",
    "unclear",
    "culture",
    "suggested",
    "consent",
    "report_hint",
    "send_report",
    "thanks",
    "thanks_kept",
    "problem_missing",
    "again",
    "developers",
)
STATES = ("candidate", "evaluated", "canary", "serving", "retired")
TIERS = ("good", "fair", "basic", "unknown")
MESSAGE_IDS = (
    *(f"error.{code}.{part}" for code in ERRORS for part in ("message", "help")),
    "error.no_nearest.help",  # where no voice or table is near either
    "label.machine_translation",
    "label.machine_summary",
    "label.machine_summary_translated",
    "label.machine_simplification",
    "label.reviewed_translation",
    "label.memory_translation",
    *(f"label.{word}" for word in STRUCTURE),
    *(f"warning.{code}" for code in WARNINGS),
    *(f"card.{part}" for part in CARD),
    *(f"page.{part}" for part in PAGE),
    *(f"state.{state}" for state in STATES),
    *(f"tier.{tier}" for tier in TIERS),
)


_CATEGORIES = ("zero", "one", "two", "few", "many", "other")  # the order in which catalogues hold plural forms


@dataclass(frozen=True, slots=True)
class Entry:
    """The forms of one message; of several, the number named `counted` chooses: `msgid_plural` is that placeholder."""

    forms: tuple[str, ...]
    counted: str = ""


def message(message_id: str, locale: LanguageTag, **values: object) -> str:
    """The text of a message in the reader's language, or the next one they read, with the values in their places."""
    readers = (reader for reader in reading_order(locale) if reader in LOCALES and message_id in _catalogue(reader))
    reader = FALLBACK if locale in PSEUDO_LOCALES else next(readers, FALLBACK)
    text = _form(message_id, reader, values)
    if locale in PSEUDO_LOCALES:
        text = pseudo(text, locale)
    return text.format(**(_isolated(values) if text_direction(locale) == "rtl" else values))


def _isolated(values: Mapping[str, object]) -> Mapping[str, object]:
    """Names in a service read from left to right; in Arabic an isolate keeps them from moving their neighbours."""
    return {name: f"\u2068{value}\u2069" if isinstance(value, str) else value for name, value in values.items()}


def plural_categories(locale: LanguageTag) -> tuple[str, ...]:
    """The CLDR plural categories of a language, in the order of the forms in its catalogue."""
    known = {*plural_rule(locale).tags, "other"}
    return tuple(category for category in _CATEGORIES if category in known)


def _form(message_id: str, locale: LanguageTag, values: Mapping[str, object]) -> str:
    entry = _catalogue(locale)[message_id]
    if not entry.counted:
        return entry.forms[0]
    number = values[entry.counted]
    category = plural_rule(locale)(number if isinstance(number, int | float) else 0)
    return entry.forms[plural_categories(locale).index(category)]


@cache
def _catalogue(locale: LanguageTag) -> Mapping[str, Entry]:
    source = files("locales").joinpath("po", f"{locale}.po").read_bytes()
    return dict(_entry(each.id, each.string or "") for each in read_po(BytesIO(source)) if each.id)


def _entry(message_id: str | Sequence[str], text: str | Sequence[str]) -> tuple[str, Entry]:
    if isinstance(message_id, str):
        return message_id, Entry((str(text),))
    return message_id[0], Entry(tuple(text), message_id[1].strip("{}"))

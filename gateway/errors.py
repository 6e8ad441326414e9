"""What can go wrong for a caller, and the one table from each fact to its status and message.

GatewayError
├── PairNotServed         no model for this source and target
├── LanguageUnknown       not a language tag we can read
├── LanguageUncertain     no source given and none recognised with confidence
├── TextEmpty · TextTooLong · TooManyTexts · TooManyAlternatives · BodyTooLarge
├── NoSentenceFits        no sentence of the text is short enough for the summary asked for
├── NoVoice · NoBrailleTable · UndefinedCharacters · UnsupportedDialect · OutputTooLong · DocumentTooDeep
├── OutputUnavailable     the program that makes this output is not installed
├── OutputFailed          that program failed
├── BodyNotJson · BodyNotUtf8 · FieldInvalid · FieldUnknown
├── DocumentUnsupported · DocumentMisnamed · DocumentDamaged · DocumentEncrypted
├── DocumentTooLarge · DocumentTooLong · DocumentTooManyParts
├── DocumentHasMacros · DocumentWithoutText · DocumentColumnsUnknown   why a file is not translated
├── DocumentUnknown       no such job, or it has expired, or it is somebody else's
├── DocumentNotReady      the job is still at it
├── DocumentsFull         the caller has as many unfinished jobs as it may have
├── SimplificationNotServed  no rules of plain language for this language
├── SimplifierNotServed   a model was asked for, and none simplifies this language
├── ModelUnknown          no model has this id
├── FormFromElsewhere     another site sent the web page's form through its visitor's browser
├── GlossaryUnknown · ItemUnknown   no such glossary, unit or ticket, or none of this tenant
├── GlossaryPair          the glossary is of other languages
├── GlossaryEmpty · EntryInvalid · EntryTooLong · EntryTwice · TooManyEntries   what was given to be kept
├── FileDamaged · FileForbidden · FilePairMissing · FormatUnsupported
├── AlreadyDecided        somebody reviewed this suggestion before
├── CorrectionDoubtful    a correction that fails checks, and nobody said that it is right all the same
├── KeyRequired · KeyUnknown · KeyRevoked · KeyExpired   who asks must be known, and is not, or not any more
├── ScopeMissing          the key is for other work
├── SuggestionsOff        the operator takes none from LibreTranslate's clients
├── RateLimited           the caller used up its own quota
├── StateUnavailable      the database does not answer, or this machine cannot keep anything
├── Overloaded            the queue is full: nothing was done, try again
├── TimedOut              the deadline passed; finished segments are kept, a retry goes on from there
├── QueueUnavailable      Redis does not answer
└── SegmentFailed         the model failed on this text
"""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import dataclass

from locales.languages import display_name
from locales.tags import LanguageTag


class GatewayError(Exception):
    """A fact about a request; `values` fill the localised message and never hold text of people."""

    retry_after_s: int | None = None
    available: tuple[str, ...] = ()  # languages, or pairs as `es → an`, that there are instead

    def __init__(self, **values: str | int) -> None:
        super().__init__(type(self).__name__)
        self.values = values


class PairNotServed(GatewayError):
    def __init__(self, source: str, target: str, available: Sequence[str]) -> None:
        super().__init__(source=source, target=target, available=", ".join(available) or "–")
        self.available = tuple(available)


class SimplificationNotServed(GatewayError):
    def __init__(self, language: str, available: Sequence[str]) -> None:
        super().__init__(language=language, available=", ".join(available) or "–")
        self.available = tuple(available)


class SimplifierNotServed(GatewayError): ...


class LanguageUnknown(GatewayError):
    def __init__(self, tag: str) -> None:
        super().__init__(tag=tag or "?")


class LanguageUncertain(GatewayError): ...


class TextEmpty(GatewayError): ...


class TextTooLong(GatewayError): ...


class TooManyTexts(GatewayError): ...


class TooManyAlternatives(GatewayError): ...


class NoSentenceFits(GatewayError): ...


class NoVoice(GatewayError): ...


class NoBrailleTable(GatewayError): ...


class UndefinedCharacters(GatewayError): ...


class UnsupportedDialect(GatewayError): ...


class OutputUnavailable(GatewayError): ...


class OutputFailed(GatewayError): ...


class OutputTooLong(GatewayError): ...


class DocumentTooDeep(GatewayError): ...


class BodyTooLarge(GatewayError): ...


class BodyNotJson(GatewayError): ...


class BodyNotUtf8(GatewayError): ...


class FieldInvalid(GatewayError): ...


class FieldUnknown(GatewayError): ...


class ModelUnknown(GatewayError): ...


class FormFromElsewhere(GatewayError): ...


class GlossaryUnknown(GatewayError): ...


class GlossaryPair(GatewayError):
    def __init__(self, source: str, target: str) -> None:
        super().__init__(source=source, target=target)


class GlossaryEmpty(GatewayError): ...


class EntryInvalid(GatewayError): ...


class EntryTooLong(GatewayError): ...


class EntryTwice(GatewayError): ...


class TooManyEntries(GatewayError): ...


class FileDamaged(GatewayError): ...


class FileForbidden(GatewayError): ...


class FilePairMissing(GatewayError):
    def __init__(self, available: Sequence[str]) -> None:
        super().__init__(available=", ".join(available) or "–")


class FormatUnsupported(GatewayError): ...


class ItemUnknown(GatewayError): ...


class AlreadyDecided(GatewayError): ...


class CorrectionDoubtful(GatewayError):
    def __init__(self, checks: Sequence[str]) -> None:
        super().__init__(checks=", ".join(checks))


class DocumentUnsupported(GatewayError): ...


class DocumentMisnamed(GatewayError): ...


class DocumentDamaged(GatewayError): ...


class DocumentEncrypted(GatewayError): ...


class DocumentTooLarge(GatewayError): ...


class DocumentTooLong(GatewayError): ...


class DocumentTooManyParts(GatewayError): ...


class DocumentHasMacros(GatewayError): ...


class DocumentWithoutText(GatewayError): ...


class DocumentColumnsUnknown(GatewayError): ...


class DocumentUnknown(GatewayError): ...


class DocumentNotReady(GatewayError): ...


class DocumentsFull(GatewayError): ...


class NotFound(GatewayError): ...


class MethodNotAllowed(GatewayError): ...


class KeyRequired(GatewayError): ...


class KeyUnknown(GatewayError): ...


class KeyRevoked(GatewayError): ...


class KeyExpired(GatewayError): ...


class ScopeMissing(GatewayError):
    def __init__(self, scope: str) -> None:
        super().__init__(scope=scope)


class SuggestionsOff(GatewayError): ...


class StateUnavailable(GatewayError): ...


class RateLimited(GatewayError):
    def __init__(self, seconds: int, unit: str = "requests") -> None:
        super().__init__(seconds=seconds)
        self.retry_after_s = seconds
        self.unit = unit  # of the quota that is used up: requests or characters


class Overloaded(GatewayError): ...


class TimedOut(GatewayError): ...


class QueueUnavailable(GatewayError): ...


class SegmentFailed(GatewayError): ...


@dataclass(frozen=True, slots=True)
class Mapping:
    status: int
    code: str
    retry_after_s: int | None = None


ERRORS: dict[type[GatewayError], Mapping] = {
    PairNotServed: Mapping(422, "pair_not_served"),
    SimplificationNotServed: Mapping(422, "simplification_not_served"),
    SimplifierNotServed: Mapping(422, "simplifier_not_served"),
    LanguageUnknown: Mapping(422, "unknown_language"),
    LanguageUncertain: Mapping(422, "language_uncertain"),
    TextEmpty: Mapping(422, "text_empty"),
    TextTooLong: Mapping(413, "text_too_long"),
    TooManyTexts: Mapping(422, "too_many_texts"),
    TooManyAlternatives: Mapping(422, "too_many_alternatives"),
    NoSentenceFits: Mapping(422, "no_sentence_fits"),
    NoVoice: Mapping(422, "no_voice"),
    NoBrailleTable: Mapping(422, "no_braille_table"),
    UndefinedCharacters: Mapping(422, "undefined_characters"),
    UnsupportedDialect: Mapping(422, "unsupported_dialect"),
    OutputUnavailable: Mapping(422, "output_unavailable"),
    OutputFailed: Mapping(500, "output_failed"),
    OutputTooLong: Mapping(422, "output_too_long"),
    DocumentTooDeep: Mapping(422, "document_too_deep"),
    DocumentUnsupported: Mapping(422, "document_unsupported"),
    DocumentMisnamed: Mapping(422, "document_misnamed"),
    DocumentDamaged: Mapping(422, "document_damaged"),
    DocumentEncrypted: Mapping(422, "document_encrypted"),
    DocumentTooLarge: Mapping(413, "document_too_large"),
    DocumentTooLong: Mapping(413, "document_too_long"),
    DocumentTooManyParts: Mapping(413, "document_too_many_parts"),
    DocumentHasMacros: Mapping(422, "document_has_macros"),
    DocumentWithoutText: Mapping(422, "document_without_text"),
    DocumentColumnsUnknown: Mapping(422, "document_columns_unknown"),
    DocumentUnknown: Mapping(404, "unknown_document"),
    DocumentNotReady: Mapping(409, "document_not_ready", retry_after_s=2),
    DocumentsFull: Mapping(429, "documents_full", retry_after_s=60),
    BodyTooLarge: Mapping(413, "body_too_large"),
    BodyNotJson: Mapping(400, "body_not_json"),
    BodyNotUtf8: Mapping(400, "body_not_utf8"),
    FieldInvalid: Mapping(422, "invalid_field"),
    FieldUnknown: Mapping(422, "unknown_field"),
    ModelUnknown: Mapping(404, "unknown_model"),
    FormFromElsewhere: Mapping(403, "form_from_elsewhere"),
    GlossaryUnknown: Mapping(404, "unknown_glossary"),
    GlossaryPair: Mapping(422, "glossary_pair"),
    GlossaryEmpty: Mapping(422, "glossary_empty"),
    EntryInvalid: Mapping(422, "entry_invalid"),
    EntryTooLong: Mapping(422, "entry_too_long"),
    EntryTwice: Mapping(422, "entry_twice"),
    TooManyEntries: Mapping(422, "too_many_entries"),
    FileDamaged: Mapping(422, "file_damaged"),
    FileForbidden: Mapping(422, "file_forbidden"),
    FilePairMissing: Mapping(422, "file_pair_missing"),
    FormatUnsupported: Mapping(415, "unsupported_format"),
    ItemUnknown: Mapping(404, "unknown_item"),
    AlreadyDecided: Mapping(409, "already_decided"),
    CorrectionDoubtful: Mapping(422, "correction_doubtful"),
    NotFound: Mapping(404, "not_found"),
    MethodNotAllowed: Mapping(405, "method_not_allowed"),
    KeyRequired: Mapping(401, "key_required"),
    KeyUnknown: Mapping(401, "unknown_key"),
    KeyRevoked: Mapping(401, "key_revoked"),
    KeyExpired: Mapping(401, "key_expired"),
    ScopeMissing: Mapping(403, "scope_missing"),
    SuggestionsOff: Mapping(403, "suggestions_off"),
    StateUnavailable: Mapping(503, "state_unavailable", retry_after_s=5),
    RateLimited: Mapping(429, "rate_limited", retry_after_s=1),
    Overloaded: Mapping(503, "overloaded", retry_after_s=2),
    TimedOut: Mapping(504, "timed_out", retry_after_s=2),
    QueueUnavailable: Mapping(503, "queue_unavailable", retry_after_s=2),
    SegmentFailed: Mapping(500, "translation_failed"),
}


# The values of facts that are language tags.
_LANGUAGES = frozenset({"source", "target", "language", "lang", "nearest"})
_ARROW = " → "
NO_NEAREST = "–"


def help_id(code: str, values: Named[str, str | int]) -> str:
    """The message that says what to do next; where no language's voice or table is near, none is offered."""
    return "error.no_nearest.help" if values.get("nearest") == NO_NEAREST else f"error.{code}.help"


def named(error: GatewayError, locale: LanguageTag) -> dict[str, str | int]:
    """The values of a fact with languages named as the reader names them; programs find tags in `available`."""
    named = {
        name: display_name(LanguageTag(str(value)), locale) if name in _LANGUAGES else value
        for name, value in error.values.items()
    }
    if error.available:
        pairs = (each.split(_ARROW) for each in error.available)
        named["available"] = ", ".join(
            _ARROW.join(display_name(LanguageTag(tag), locale) for tag in pair) for pair in pairs
        )
    return named

"""What a request gives to be translated: normalised, in a language, cut into segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accessibility.checks import Finding
from gateway.errors import LanguageUncertain
from locales.detection import Detection, detect
from locales.normalisation import has_letters, normalise, suspicious
from locales.segmentation import Segment, split
from locales.tags import LanguageTag, base
from models.catalogue import Catalogue

# A detected source is taken when it is this likely and this much likelier than the next; below SURE it is said aloud.
LEAST_CONFIDENCE = 0.4
LEAST_LEAD = 1.5
SURE = 0.7
# A declared source is doubted aloud, never overruled, where this much of a text is so clearly in another language.
DOUBTED_CHARS = 300
DOUBTED = 0.9

# What is said of a source says nothing of a model: the codes of `source_findings`.
OF_SOURCE = frozenset({"suspicious_characters", "source_doubted", "source_detected"})

_NOTHING = Detection(LanguageTag("und"), 0.0)


@dataclass(frozen=True, slots=True)
class Source:
    """One text, normalised, in its language, cut into segments."""

    text: str
    tag: LanguageTag
    confidence: float | None
    segments: tuple[Segment, ...]
    suspicious: bool
    doubted: bool = False  # declared, and clearly in another language


def read(catalogue: Catalogue, text: str, source: LanguageTag | None, targets: Sequence[LanguageTag]) -> Source:
    """The text as it will be worked on; LanguageUncertain when its language is neither given nor clear."""
    clean = normalise(text)
    tag, confidence = source, None
    if tag is None:
        detection = _detect(catalogue, clean, targets)
        tag, confidence = detection.tag, detection.confidence
    doubted = source is not None and _doubted(clean, source)
    return Source(clean, tag, confidence, split(clean, tag), suspicious(text), doubted)


def _detect(catalogue: Catalogue, text: str, targets: Sequence[LanguageTag]) -> Detection:
    """The recognised language; text without letters is taken for any source that serves the targets."""
    if not has_letters(text):
        for source in catalogue.sources():
            if all(catalogue.find(source, target) for target in targets):
                return Detection(source, 0.0)
    found = detect(text)
    served = {tag for tag in catalogue.sources() if all(catalogue.find(tag, each) for each in targets)}
    if targets and found and not (_sure(found) and found[0].tag in served):
        # Languages that nobody translates from here do not make one that is served less likely; nor does one of
        # these win over a likelier one that is not.
        among = detect(text, served)
        if _sure(among) and base(among[0].tag) == base(found[0].tag):
            return among[0]
    if not _sure(found):
        raise LanguageUncertain
    return found[0]


def _doubted(text: str, declared: LanguageTag) -> bool:
    if len(text) < DOUBTED_CHARS:
        return False
    best = next(iter(detect(text[:DOUBTED_CHARS])), _NOTHING)
    return best.confidence >= DOUBTED and base(best.tag) != base(declared)


def _sure(found: Sequence[Detection]) -> bool:
    best, second = (*found, _NOTHING, _NOTHING)[:2]
    return best.confidence >= max(LEAST_CONFIDENCE, LEAST_LEAD * second.confidence)


def source_findings(source: Source) -> tuple[Finding, ...]:
    """What is to be said of a source whatever becomes of it."""
    found = []
    if source.suspicious:
        found.append(Finding("suspicious_characters", "medium", None))
    if source.doubted:
        found.append(Finding("source_doubted", "medium", None))
    if source.confidence is not None and 0 < source.confidence < SURE:
        found.append(Finding("source_detected", "low", None))
    return tuple(found)

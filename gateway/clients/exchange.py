"""What a client of another API asks for, on the way of /v1/translate: the same reading, queue, cache, checks.

Those APIs know no "language uncertain" and no "nothing to translate" per text: a text without letters and one that is
in the target's language already come back as they are, and a text too short to tell takes the language of those beside
it.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Response

from accessibility import tag_writer
from accessibility.checks import Finding
from accessibility.document import DocumentTooDeep as TooDeep
from accessibility.document import DocumentTooLarge
from accessibility.tag_scanner import MarkupBroken
from accessibility.tagged import Rules, Tagged
from accessibility.tagged import read as read_tags
from gateway.errors import DocumentTooDeep, FieldInvalid, LanguageUncertain, SegmentFailed, TextTooLong
from gateway.guidance import Guidance
from gateway.parts import Parts
from gateway.reading import Source
from gateway.segments import Delivery
from gateway.translation import Order, Translated, Translation
from gateway.wire import terms
from locales import tags
from locales.normalisation import has_letters
from locales.tags import LanguageTag
from models.catalogue import Catalogue, CatalogueEntry

MOST_WARNINGS = 50
_REGION = re.compile(r"([a-z]{2,3}(?:-[A-Z][a-z]{3})?)-(?:[A-Z]{2}|[0-9]{3})")
HEADERS = ("Malgil-Model", "Malgil-Warnings")


@dataclass(frozen=True, slots=True)
class Wish:
    """Texts into one language; `rules` where they are markup; `lines` False: a single line end ends no sentence."""

    texts: tuple[str, ...]
    source: LanguageTag | None
    target: LanguageTag
    delivery: Delivery
    rules: Rules | None = None
    lines: bool = True
    field: str = "q"  # what the client calls its texts
    guidance: Guidance | None = None
    alternatives: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """One text. `source` is None, and the confidence 0, where nothing says what language it is in."""

    text: str
    source: LanguageTag | None
    confidence: float
    model: CatalogueEntry | None = None
    findings: tuple[Finding, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Item:
    """One text of a wish: what is translated of it, and its language."""

    text: str
    tagged: Tagged | None
    source: LanguageTag | None
    confidence: float = 1.0
    read: Source | None = None

    @property
    def lines(self) -> str:
        return self.text if self.tagged is None else "\n".join(self.tagged.texts)


async def translate(translation: Translation, wish: Wish) -> list[Answered]:
    """One answer per text, in order; raises what Translation.translate raises."""
    wanted = [text for text in wish.texts if text.strip()]
    if wanted:
        translation.admit(wish.texts)
    # Out of the event loop, as everything that grows with the text.
    items = await asyncio.to_thread(_read, translation, wish)
    going = [each.read for each in items if each.read is not None]
    more = wish.guidance, wish.alternatives
    carried = iter(await translation.carry(going, (wish.target,), wish.delivery, *more) if going else [])
    pairs = [(each, None if each.read is None else next(carried)) for each in items]
    return await asyncio.to_thread(lambda: [_answered(*pair, wish.target) for pair in pairs])


def _read(translation: Translation, wish: Wish) -> list[_Item]:
    items = [_item(translation, text, wish) for text in wish.texts]
    known = Counter(each.source for each in items if each.source is not None)
    beside = known.most_common(1)[0][0] if known else None
    return [_going(translation, each, wish, beside) for each in items]


def _item(translation: Translation, text: str, wish: Wish) -> _Item:
    tagged = _tagged(text, wish, wish.source) if wish.rules else None
    item = _Item(text if wish.lines else _unwrapped(text), tagged, wish.source)
    if wish.source is not None or not has_letters(item.lines):
        return item
    try:
        found = translation.read(item.lines, None, (wish.target,))
    except LanguageUncertain:
        return item
    if tagged is not None:
        return replace(item, tagged=_tagged(text, wish, found.tag), source=found.tag, confidence=found.confidence or 0)
    return replace(item, source=found.tag, confidence=found.confidence or 0, read=found)


def _going(translation: Translation, item: _Item, wish: Wish, beside: LanguageTag | None) -> _Item:
    """With what is to be translated of it, which may be nothing."""
    if not has_letters(item.lines):
        return replace(item, source=wish.source, confidence=0.0, read=None)
    source, confidence = item.source, item.confidence
    if source is None:
        if beside is None:
            raise LanguageUncertain
        source, confidence = beside, 0.0
    spoken = served_source(translation.catalogue, source, wish.target)
    if spoken == wish.target:
        return replace(item, source=spoken, confidence=confidence, read=None)
    read = item.read if item.read is not None and item.read.tag == spoken else None
    read = read or translation.read(item.lines, spoken, (wish.target,))
    return replace(item, source=spoken, confidence=confidence, read=read)


def _tagged(text: str, wish: Wish, source: LanguageTag | None) -> Tagged:
    assert wish.rules is not None
    try:
        return read_tags(text, wish.rules, source)
    except MarkupBroken:
        raise FieldInvalid(field=wish.field) from None
    except DocumentTooLarge as fact:
        raise TextTooLong(limit=fact.limit) from None
    except TooDeep as fact:
        raise DocumentTooDeep(limit=fact.limit) from None


def _unwrapped(text: str) -> str:
    """Lines of one paragraph as one; blank lines stay."""
    return "\n\n".join(part.replace("\n", " ") for part in text.replace("\r\n", "\n").split("\n\n"))


def _answered(item: _Item, result: Translated | None, target: LanguageTag) -> Answered:
    if result is None:
        return Answered(item.text, item.source, item.confidence)
    text, findings, alternatives = result.text, result.report.findings, result.alternatives or ()
    if item.tagged is not None:
        try:
            text, lost = tag_writer.write(item.tagged, text.split("\n"), target)
        except ValueError:
            raise SegmentFailed from None  # a line end that the model made up: no text would stand where it belongs
        findings = (*findings, Finding("markup_lost", "low", None)) if lost else findings
        alternatives = _tagged_alternatives(item.tagged, alternatives, target, bool(lost))
    model = result.model if result.by_model else None
    others = tuple(each for each in alternatives if each != text)
    return Answered(text, item.source, item.confidence, model, tuple(findings), others)


def _tagged_alternatives(tagged: Tagged, texts: Sequence[str], target: LanguageTag, lost: bool) -> tuple[str, ...]:
    """Those whose tags are all there, or as few as in the translation itself."""
    written: dict[str, None] = {}
    for text in texts:
        try:
            whole, missing = tag_writer.write(tagged, text.split("\n"), target)
        except ValueError:
            continue
        if lost or not missing:
            written[whole] = None
    return tuple(written)


async def guided(wish: Wish, glossary: str | None, service: Parts) -> Wish:
    """The wish with what its organisation says of it; GlossaryUnknown for a glossary there is not."""
    order = Order(wish.texts, wish.source, (wish.target,), wish.delivery)
    return replace(wish, guidance=(await terms.guided(order, glossary, True, service)).guidance)


def served_target(catalogue: Catalogue, tag: LanguageTag) -> LanguageTag:
    """What is asked for, or its language where no regional variant is served: other scripts and varieties, as
    `zh-Hant` and `ca-valencia`, are never answered with their neighbour."""
    targets = {target for entry in translators(catalogue) for target in entry.targets}
    region = _REGION.fullmatch(tag)
    return LanguageTag(region[1]) if tag not in targets and region and region[1] in targets else tag


def served_source(catalogue: Catalogue, tag: LanguageTag, target: LanguageTag) -> LanguageTag:
    """A variety is read as its language where only that is served; the tag itself where there is no model."""
    return next((each for each in (tag, tags.base(tag)) if each == target or catalogue.find(each, target)), tag)


def translators(catalogue: Catalogue) -> list[CatalogueEntry]:
    return [entry for entry in catalogue.entries if entry.task == "translate"]


def told(response: Response, answers: Sequence[Answered]) -> None:
    """What the other API has no place for, as headers: the models, and the warnings with the text they are of."""
    models = dict.fromkeys(each.model.reference for each in answers if each.model)
    warnings = [
        f"{finding.code};text={index};severity={finding.severity}"
        for index, each in enumerate(answers)
        for finding in dict.fromkeys(replace(found, span=None) for found in each.findings)
    ]
    for name, values in zip(HEADERS, (list(models), warnings[:MOST_WARNINGS]), strict=True):
        if values:
            response.headers[name] = ", ".join(values)

"""Texts said in plainer language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from fastapi import Request

from accessibility.checks import Finding
from accessibility.findings import Severity
from accessibility.simple import readability
from accessibility.simple.key_facts import box
from accessibility.simple.simplification import Options, Simplified
from accessibility.simple.split import BULLET
from gateway import outputs, simplification
from gateway.page_text import ITEM, page_texts
from gateway.parts import Parts
from gateway.problems import DEFAULT_LOCALE, locale_of
from gateway.reading import source_findings
from gateway.schemas.blocks import Block, HeadingGiven, ListGiven, ParagraphGiven
from gateway.schemas.common import Label
from gateway.schemas.simplification import (
    BeforeAndAfter,
    Change,
    Definition,
    Guard,
    GuardFlag,
    KeyFact,
    Readability,
    SimplifyRequest,
    SimplifyResponse,
)
from gateway.schemas.simplification import Simplification as SimplificationSchema
from gateway.settings import Settings
from gateway.simplification import SimplifiedText, SimplifyOrder
from gateway.wire import blocks
from gateway.wire.outputs import delivered, speech
from gateway.wire.requests import delivery, language_tag, texts
from gateway.wire.warnings import warnings
from locales.languages import language
from locales.messages import LOCALES, message
from locales.negotiation import negotiate
from locales.normalisation import in_one_line
from locales.tags import LanguageTag

# How much each warning of a simplification matters.
_SIMPLIFICATION_WARNINGS: Mapping[str, Severity] = {
    "still_hard": "low",
    "guard_partial": "medium",
    "sentences_reverted": "low",
}


def order(body: SimplifyRequest, request: Request, settings: Settings) -> SimplifyOrder:
    return SimplifyOrder(
        texts=texts(body.text, settings),
        source=None if body.source is None else language_tag(body.source),
        options=Options(body.level, body.strategy, body.max_words, _one_line_each(body.glossary), body.guard),
        delivery=delivery(request, settings),
    )


def _one_line_each(glossary: Mapping[str, str]) -> dict[str, str]:
    """A caller's glossary as it stands in a text: no line ends, nothing that turns the line around."""
    return {in_one_line(term): in_one_line(meaning) for term, meaning in glossary.items()}


async def simplified(body: SimplifyRequest, order: SimplifyOrder, request: Request, service: Parts) -> SimplifyResponse:
    """The texts in plainer language, each in the forms asked for."""
    locale = locale_of(request)
    pages = await page_texts(order.texts, body.format, order.source)
    order = replace(order, texts=tuple(each.text for each in pages))
    told = [_simplification(each, locale) for each in await simplification.simplify(order, service.translation)]
    if body.outputs:
        told = [await _in_forms(each, pages[each.index].headings, body, request, service) for each in told]
    return SimplifyResponse(results=told)


async def _in_forms(
    told: SimplificationSchema,
    headings: Mapping[str, int],
    body: SimplifyRequest,
    request: Request,
    service: Parts,
) -> SimplificationSchema:
    lang = LanguageTag(told.lang)
    marks = tuple(mark for mark, used in ((BULLET, _listed(told)), (ITEM, body.format != "text")) if used)
    structured = marks or headings
    text = _structured(told.text, marks, headings) if structured else told.text
    reading = outputs.read(text, "html" if structured else "text", lang)
    made = await delivered(await reading, body.outputs, body.options, request, service)
    return told.model_copy(update={"outputs": made, "speech": speech(lang)})


def _listed(told: SimplificationSchema) -> bool:
    return any(change.kind == "list" for change in told.changes)


def _structured(text: str, marks: tuple[str, ...], headings: Mapping[str, int]) -> str:
    """Lines as paragraphs, lines behind a mark as a list, so that who hears it hears how many items there are, and
    headings that stayed as they were as headings."""
    lines = [line for line in text.split("\n") if line.strip()]
    written: list[Block] = []
    for mark, group in groupby(lines, lambda line: next((each for each in marks if line.startswith(each)), "")):
        if mark:
            written.append(ListGiven(kind="list", items=[line.removeprefix(mark) for line in group]))
        else:
            written += [_line(line, headings) for line in group]
    return blocks.markup(written)


def _line(line: str, headings: Mapping[str, int]) -> Block:
    if level := headings.get(line):
        return HeadingGiven(kind="heading", level=level, text=line)
    return ParagraphGiven(kind="paragraph", text=line)


def _simplification(simplified: SimplifiedText, locale: LanguageTag) -> SimplificationSchema:
    source, result = simplified.source, simplified.result
    label_locale = negotiate(result.language, LOCALES, DEFAULT_LOCALE)
    return SimplificationSchema(
        index=simplified.index,
        text=result.text,
        original=result.original,
        source=source.tag,
        source_confidence=None if source.confidence is None else round(source.confidence, 3),
        lang=result.language,
        dir=language(result.language).text_direction,
        level=result.level,
        strategy=result.strategy,
        model=simplified.writer.reference if simplified.writer else None,
        licence=simplified.writer.licence if simplified.writer else None,
        label=Label(text=message("label.machine_simplification", label_locale), lang=label_locale),
        reviewed=result.reviewed,
        changes=[
            Change(kind=each.kind, before=each.before, after=each.after, rule=each.rule, sentence=each.sentence)
            for each in result.changes
        ],
        definitions=[
            Definition(term=each.term, meaning=each.meaning, sentence=each.sentence) for each in result.definitions
        ],
        key_facts=[KeyFact(kind=each.kind, text=each.text, sentence=each.sentence) for each in result.key_facts],
        key_fact_box=box(result.key_facts, result.language),
        readability=BeforeAndAfter(
            before=_readability(result.readability_before), after=_readability(result.readability_after)
        ),
        guard=Guard(
            coverage=result.guard.coverage,
            checked=result.guard.checked,
            reverted=result.guard.reverted,
            flags=[
                GuardFlag(check=each.check, effect=each.effect, sentence=each.sentence) for each in result.guard.flags
            ],
        ),
        warnings=warnings((*simplification_findings(result), *source_findings(source)), locale),
    )


def simplification_findings(result: Simplified) -> list[Finding]:
    """The warnings of a simplification, with how much they matter."""
    return [
        Finding(code, severity, None) for code, severity in _SIMPLIFICATION_WARNINGS.items() if code in result.warnings
    ]


def _readability(measured: readability.Readability) -> Readability:
    ratio = measured.baseline_ratio
    return Readability(
        words=measured.words,
        sentences=measured.sentences,
        words_per_sentence=round(measured.words_per_sentence, 1),
        long_sentences=round(measured.long_sentences, 3),
        scores={name: round(score, 1) for name, score in measured.scores.items()},
        baseline_ratio=None if ratio is None else round(ratio, 2),
    )

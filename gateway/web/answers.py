"""What the page does for a reader: the task, then the recording or the braille of its result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fastapi import Request

from accessibility import tools
from accessibility.adapters.audio import RESAMPLER
from accessibility.findings import Finding
from accessibility.rendering import AdapterName, Rendered
from accessibility.simple.changes import Change
from accessibility.simple.key_facts import FactBox, fact_box
from accessibility.simple.simplification import Options
from accessibility.terms.memory import Pair
from gateway import outputs, simplification
from gateway.callers import Scope, caller_of, require
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.reading import source_findings
from gateway.schemas.outputs import AudioOutput, BrailleOutput, HtmlOutput, OutputOptions
from gateway.segments import Delivery
from gateway.state.feedback import Suggestion
from gateway.summary import SummaryOrder
from gateway.telemetry import REPORTS
from gateway.translation import Order
from gateway.web.form import KINDS, Form, Task, Unsaid
from gateway.wire import requests
from gateway.wire.outputs import wanted
from gateway.wire.simplification import simplification_findings
from locales.normalisation import normalise
from locales.tags import LanguageTag
from models.catalogue import CatalogueEntry
from models.extractive import Budget

# The page speaks and breathes with its result, so a recording on it is short; a longer one comes as a file.
PLAYED_CHARS = 1500
_SENTENCES = 3
_SAMPLE_RATE: Literal[16000] = 16000


@dataclass(frozen=True, slots=True)
class Answer:
    """A result beside what it was made from. Of `pairs`, `marked` and `changes`, ways to compare, a task fills one."""

    task: Task
    text: str
    lang: LanguageTag
    original: str
    source: LanguageTag
    detected: bool
    label: str = ""  # message id: who made this
    model: CatalogueEntry | None = None
    findings: tuple[Finding, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    marked: tuple[tuple[str, bool], ...] = ()
    changes: tuple[Change, ...] = ()
    key_facts: FactBox | None = None


async def answer(form: Form, request: Request, service: Parts) -> Answer:
    """What the reader wished for; Unsaid or the GatewayError that it ended in."""
    assert form.wish is not None
    require(request, _SCOPES[form.wish.task])
    (text,) = requests.texts(form.text, service.settings)
    service.translation.admit([text])
    source = requests.language_tag(form.source) if form.source else None
    target = requests.language_tag(form.target) if form.target else None
    if form.wish.task == "translate" and target is None:
        raise Unsaid("page.target_missing", "target")
    await service.limits.admit(request, requests.characters((text,)))
    return await _TASKS[form.wish.task](_Ask(text, source, target, _not_kept(request, service)), service)


@dataclass(frozen=True, slots=True)
class _Ask:
    text: str
    source: LanguageTag | None
    target: LanguageTag | None
    delivery: Delivery


def _not_kept(request: Request, service: Parts) -> Delivery:
    """The page promises that neither the text nor the result is kept."""
    return replace(requests.delivery(request, service.settings), store=False)


async def _translate(ask: _Ask, service: Parts) -> Answer:
    assert ask.target is not None
    [done] = await service.translation.translate(Order((ask.text,), ask.source, (ask.target,), ask.delivery))
    original = normalise(ask.text)
    lines = original.split("\n"), done.text.split("\n")
    pairs = zip(*lines, strict=True) if len(lines[0]) == len(lines[1]) else [(original, done.text)]
    return Answer(
        task="translate",
        text=done.text,
        lang=done.target,
        original=original,
        source=done.source,
        detected=done.source_confidence is not None,
        label="label.machine_translation",
        model=done.model,
        findings=done.report.findings,
        pairs=tuple((one, other) for one, other in pairs if one.strip()),
    )


async def _summarize(ask: _Ask, service: Parts) -> Answer:
    targets = (ask.target,) if ask.target and ask.target != ask.source else ()
    order = SummaryOrder((ask.text,), ask.source, targets, Budget(_SENTENCES, None), ask.delivery)
    [done] = await service.summarisation.summarise(order)
    original = normalise(ask.text)
    return Answer(
        task="summarize",
        text=done.text,
        lang=done.language,
        original=original,
        source=done.source,
        detected=done.source_confidence is not None,
        label="label.machine_summary_translated" if done.model else "label.machine_summary",
        model=done.model or done.writer,
        findings=done.report.findings,
        marked=_marked(original, [each.source_span for each in done.sentences]),
    )


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """The text in pieces, each marked or not."""
    pieces, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            pieces += [(text[end:start], False), (text[start:stop], True)]
            end = stop
    return tuple(piece for piece in (*pieces, (text[end:], False)) if piece[0])


async def _simplify(ask: _Ask, service: Parts) -> Answer:
    order = simplification.SimplifyOrder((ask.text,), ask.source, Options(level="simple"))
    [simplified] = await simplification.simplify(order, service.translation)
    done = simplified.result
    return Answer(
        task="simplify",
        text=done.text,
        lang=done.language,
        original=done.original,
        source=done.language,
        detected=simplified.source.confidence is not None,
        label="label.machine_simplification",
        findings=(*simplification_findings(done), *source_findings(simplified.source)),
        changes=done.changes,
        key_facts=fact_box(done.key_facts, done.language),
    )


async def _as_it_is(ask: _Ask, service: Parts) -> Answer:
    read = service.translation.read(ask.text, ask.source, ())
    return Answer(
        task="text",
        text=read.text,
        lang=read.tag,
        original=read.text,
        source=read.tag,
        detected=read.confidence is not None,
        findings=source_findings(read),
    )


_TASKS: Mapping[Task, Callable[[_Ask, Parts], Awaitable[Answer]]] = {
    "translate": _translate,
    "summarize": _summarize,
    "simplify": _simplify,
    "text": _as_it_is,
}


# What one may be forbidden to do without a key.
_SCOPES: Mapping[Task, Scope] = {
    "translate": "translate",
    "summarize": "summarize",
    "simplify": "simplify",
    "text": "accessible",
}


async def rendered(
    made: Answer, name: AdapterName, request: Request, service: Parts, *, nearest: bool = False, brf: bool = False
) -> Rendered:
    """The result as HTML, braille or speech; `nearest` accepts what stands in for the language's own voice or table."""
    if name != "html":
        require(request, "accessible")
    document = await outputs.read(made.text, "text", made.lang)
    fallback: Literal["deny", "nearest"] = "nearest" if nearest else "deny"
    options = OutputOptions(
        html=HtmlOutput(heading_base=3, id_prefix="result-"),
        braille=BrailleOutput(form="brf" if brf else "unicode", fallback=fallback),
        audio=AudioOutput(sample_rate=_SAMPLE_RATE if tools.installed(RESAMPLER) else 0, fallback=fallback),
    )
    [wish] = wanted([name], options, locale_of(request), lang=made.lang)
    return (await service.outputs.render(document, [wish], requests.left_s(request, service.settings)))[name]


async def report(form: Form, made: Answer, request: Request, service: Parts) -> bool:
    """Count a problem; with consent, keep a suggestion for review and say so. Unsaid where no problem was chosen."""
    if form.problem not in KINDS:
        raise Unsaid("page.problem_missing", "problem")
    keep = made.task == "translate" and form.consent and bool(form.suggested.strip())
    if keep:
        given = Suggestion(Pair(made.source, made.lang), made.original, form.suggested, form.problem)
        await service.memories.suggest(caller_of(request).tenant.id, given, store=True)
    REPORTS.labels(made.model.reference if made.model else made.task, form.problem).inc()
    return keep

"""What is known of a model, for programs (JSON) and for people (a page without JavaScript)."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from gateway.errors import ModelUnknown
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.schemas.cards import (
    CardCalibration,
    CardDirection,
    CardMetric,
    CardMiss,
    CardSummaries,
    CardWaiver,
    ModelCard,
    ModelListed,
    ModelsResponse,
)
from models.catalogue import LanguagePair
from models.metric import Metric
from models.quality import Measured, MeasuredSummaries, measured, measured_summaries
from models.record import Record
from models.standing import Standing

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def listed(service: Parts) -> ModelsResponse:
    return ModelsResponse(models=[_listed(each) for each in service.models.values()])


def card(service: Parts, model_id: str, request: Request) -> Response:
    """JSON, or a page for those who would rather read HTML; ModelUnknown where there is no such model."""
    standing = service.models.get(model_id)
    if standing is None:
        raise ModelUnknown
    found = _card(standing)
    headers = {"Vary": "Accept, Accept-Language"}
    if not _prefers_html(request.headers.get("accept", "")):
        return JSONResponse(found.model_dump(mode="json"), headers=headers)
    # Templates and Markdown take longer to import than all routes together, and few callers want the page.
    from gateway.card_page import render

    locale = locale_of(request)
    headers |= {"Content-Language": locale, "Content-Security-Policy": _POLICY}
    return HTMLResponse(render(found, locale), headers=headers)


def _listed(standing: Standing) -> ModelListed:
    entry = standing.entry
    return ModelListed(
        id=entry.id,
        version=entry.version,
        task=entry.task,
        domains=list(entry.domains),
        state=standing.state,
        licence=entry.licence,
        commercial_use=entry.commercial_use,
        sources=list(entry.sources),
        targets=list(entry.targets),
        card=f"/v1/models/{entry.id}/card",
    )


def _card(standing: Standing) -> ModelCard:
    record = standing.record
    waivers = standing.decision.waivers if standing.decision and standing.state in ("canary", "serving") else ()
    misses = [(each, True) for each in standing.waived] + [(each, False) for each in standing.missed]
    return ModelCard(
        **_listed(standing).model_dump(),
        digest=standing.entry.digest,
        parameters=standing.entry.parameters,
        evaluation=record.id if record else None,
        evaluated_on=record.measured if record else None,
        evaluated_by=record.signed_by if record else "",
        directions=[_direction(record, each) for each in measured(record).values()] if record else [],
        summaries=[_summaries(record, each) for each in measured_summaries(record)] if record else [],
        costs=[_metric(each) for each in record.metrics if each.direction is None] if record else [],
        misses=[
            CardMiss(
                metric=each.metric,
                source=each.direction.source if each.direction else None,
                target=each.direction.target if each.direction else None,
                value=each.value,
                needs=each.needs,
                waived=waived,
            )
            for each, waived in misses
        ],
        waivers=[CardWaiver(metric=each.metric, by=each.by, reason=each.reason, until=each.until) for each in waivers],
        not_served=list(standing.blocked),
        note=record.note if record else "",
        about=standing.card.read_text(encoding="utf-8") if standing.card.is_file() else "",
    )


def _direction(record: Record, found: Measured) -> CardDirection:
    return CardDirection(
        source=found.source,
        target=found.target,
        tier=found.tier,
        test_set=found.data.name,
        test_set_licence=found.data.licence,
        test_set_sha256=found.data.sha256,
        lines=found.data.n,
        chrf=found.chrf,
        copy_chrf=found.copy_chrf,
        teacher_chrf=found.teacher_chrf,
        numbers_kept=found.numbers_kept,
        calibration=_calibration(record, found.data.direction),
        metrics=[_metric(each) for each in record.metrics if each.direction == found.data.direction],
    )


def _calibration(record: Record, direction: LanguagePair) -> CardCalibration | None:
    for each in record.calibration:
        if each.direction == direction:
            low, medium, high = each.chrf
            return CardCalibration(
                low_below=each.low_below,
                high_from=each.high_from,
                low_chrf=low,
                medium_chrf=medium,
                high_chrf=high,
                rank_correlation=each.rank_correlation,
                n=each.n,
            )
    return None


def _summaries(record: Record, found: MeasuredSummaries) -> CardSummaries:
    return CardSummaries(
        language=found.data.direction.source,
        test_set=found.data.name,
        test_set_licence=found.data.licence,
        test_set_sha256=found.data.sha256,
        documents=found.data.n,
        rouge_l=found.rouge[-1],
        lead_rouge_l=found.lead[-1],
        extractive_rouge_l=found.extractive[-1],
        supported=found.supported,
        metrics=[_metric(each) for each in record.metrics if each.direction == found.data.direction],
    )


def _metric(each: Metric) -> CardMetric:
    return CardMetric(name=each.name, value=each.value, n=each.n, signature=each.signature, ci95=each.ci95)


def _prefers_html(accept: str) -> bool:
    """JSON unless HTML is asked for and wanted more: a browser asks for HTML, `curl` for anything."""
    weights = {"text/html": 0.0, "application/json": 0.0}
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        if kind in weights and re.fullmatch(r"[01](\.\d{0,3})?", quality):
            weights[kind] = float(quality)
    return weights["text/html"] > weights["application/json"]

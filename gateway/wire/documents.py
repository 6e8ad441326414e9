"""Between the wire types of documents and the jobs inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

from fastapi import Request

from gateway.callers import Caller
from gateway.documents import texts
from gateway.documents.service import DocumentOrder, Documents, failure
from gateway.documents.wire import pieces
from gateway.errors import ERRORS, GatewayError, help_id, named
from gateway.parts import Parts
from gateway.problems import DEFAULT_LOCALE, locale_of
from gateway.schemas.common import Label
from gateway.schemas.documents import Document, DocumentError, DocumentForm, DocumentGlossary, DocumentWarning
from gateway.state.documents import DocumentJob
from gateway.wire.requests import language_tag, may_be_kept
from locales.languages import text_direction
from locales.messages import LOCALES, message
from locales.negotiation import negotiate
from locales.tags import LanguageTag


async def submit(form: DocumentForm, request: Request, caller: Caller, service: Parts) -> DocumentJob:
    """The job, taken on; raises what is wrong with it."""
    await service.limits.admit(request, 0)  # before the file costs anything
    order = DocumentOrder(
        name=form.file.filename or "",
        source=None if form.source is None else language_tag(form.source),
        target=language_tag(form.target),
        output=form.output or "",
        columns=tuple(form.columns),
        glossary=form.glossary or "",
        memory=form.memory,
        kept=may_be_kept(request),
    )

    async def admit(characters: int) -> None:
        await service.limits.admit(request, characters, 0)

    return await service.documents.submit(caller.tenant, order, pieces(form.file), admit)


def document(job: DocumentJob, documents: Documents, request: Request) -> Document:
    """A job as callers see it, in their language."""
    locale = locale_of(request)
    label_locale = negotiate(job.target, LOCALES, DEFAULT_LOCALE)
    return Document(
        id=job.id,
        state=job.state,
        percent=job.percent,
        seconds_left=documents.seconds_left(job),
        format=job.form,
        source=job.source,
        lang=job.target,
        dir=text_direction(job.target),
        characters=job.characters,
        label=Label(text=message("label.machine_translation", label_locale), lang=label_locale),
        warnings=[
            DocumentWarning(code=code, message=message(f"warning.{code}", locale), count=count)
            for code, count in sorted(job.warnings.items())
        ],
        glossary=DocumentGlossary(
            glossary=job.glossary, passed=job.counts.get(texts.HELD, 0), failed=job.counts.get(texts.MISSING, 0)
        )
        if job.glossary
        else None,
        recalled=job.counts.get(texts.RECALLED, 0),
        error=_error(failure(job), locale) if job.state == "failed" else None,
        result=f"/v1/documents/{job.id}/result" if job.state == "done" else None,
        expires_at=datetime.fromtimestamp(job.expires_s, UTC),
    )


def _error(error: GatewayError, locale: LanguageTag) -> DocumentError:
    code, values = ERRORS[type(error)].code, named(error, locale)
    return DocumentError(
        code=code,
        message=message(f"error.{code}.message", locale, **values),
        help=message(help_id(code, values), locale, **values),
    )


async def events(watched: AsyncIterator[DocumentJob], documents: Documents, request: Request) -> AsyncIterator[bytes]:
    """Server-sent events: the job whenever it changes; the name of an event is its state. A job that comes as it was
    is told of as a comment, which keeps proxies from dropping a silent stream. A job that is erased meanwhile ends it:
    who asks again is told why."""
    before = None
    with suppress(GatewayError):
        async for job in watched:
            told = document(job, documents, request).model_dump_json()
            yield b":\n\n" if job == before else f"event: {job.state}\ndata: {told}\n\n".encode()
            before = job

"""Documents of clients of other services: the jobs of /v1/documents, asked for and told of in their ways."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import blake2b
from typing import Literal, cast

from fastapi import Request, UploadFile

from accessibility.files.formats import FORMATS, output_of
from accessibility.files.opened import SAME
from gateway.callers import Caller
from gateway.clients import deepl, exchange
from gateway.clients import libretranslate as libre
from gateway.clients.fields import Fields
from gateway.clients.schemas import (
    DeeplDocument,
    DeeplDocumentRequest,
    DeeplDocumentStatus,
    LibreTranslateFile,
    LibreTranslateFileRequest,
)
from gateway.documents.service import DocumentOrder, DocumentResult, failure
from gateway.documents.wire import pieces
from gateway.errors import ERRORS, DocumentUnknown, FieldInvalid
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.state.documents import DocumentJob
from gateway.state.tenants import Tenant
from gateway.wire import requests
from locales.messages import message
from locales.tags import LanguageTag

_DeeplState = Literal["queued", "translating", "done", "error"]
_DEEPL_STATES: Mapping[str, _DeeplState] = {"queued": "queued", "translating": "translating", "done": "done"}
_ID_LENGTH = 32


async def _submitted(
    given: Fields, order: DocumentOrder, request: Request, caller: Caller, service: Parts
) -> DocumentJob:
    file = given.files.get("file")
    if file is None:
        raise FieldInvalid(field="file")
    await service.limits.admit(request, 0)  # before the file costs anything

    async def admit(characters: int) -> None:
        await service.limits.admit(request, characters, 0)

    return await service.documents.submit(caller.tenant, order, pieces(cast(UploadFile, file)), admit)


def _named(given: Fields, name: str | None = None) -> str:
    """What the client calls the file; a stream is called `file`, and then its content says what it is."""
    file = given.files.get("file")
    return name or (file.filename if file else "") or ""


def _served(service: Parts, source: LanguageTag | None, target: LanguageTag) -> tuple[LanguageTag | None, LanguageTag]:
    wanted = exchange.served_target(service.catalogue, target)
    return (None if source is None else exchange.served_source(service.catalogue, source, wanted)), wanted


async def deepl_submitted(given: Fields, request: Request, caller: Caller, service: Parts) -> DeeplDocument:
    """FieldInvalid for what cannot be done as asked."""
    body = given.parsed(DeeplDocumentRequest)
    deepl.refuse(body)
    glossary = deepl.glossary(body)
    source, target = _served(
        service,
        None if body.source_lang is None else requests.language_tag(body.source_lang),
        requests.language_tag(body.target_lang),
    )
    order = DocumentOrder(
        _named(given, body.filename),
        source,
        target,
        # Its clients save what comes back under the name of what they sent.
        body.output_format.lower() if body.output_format else SAME,
        glossary=glossary or "",
        kept=requests.may_be_kept(request),
    )
    try:
        job = await _submitted(given, order, request, caller, service)
    except FieldInvalid as error:
        raise FieldInvalid(
            field="output_format" if error.values["field"] == "output" else error.values["field"]
        ) from None
    return DeeplDocument(document_id=job.id, document_key=document_key(job.id))


def document_key(job_id: str) -> str:
    """What DeepL encrypts a document with. Here a job belongs to its tenant and nobody can guess its id; the key only
    shows that both come from the same answer."""
    return blake2b(job_id.encode(), digest_size=32, person=b"document key").hexdigest().upper()


def check_key(job_id: str, given: Fields) -> None:
    """DocumentUnknown for a key that is not this document's."""
    if not hmac.compare_digest(given.text("document_key").encode(), document_key(job_id).encode()):
        raise DocumentUnknown


def deepl_status(job: DocumentJob, request: Request, service: Parts) -> DeeplDocumentStatus:
    done = job.state == "done"
    told = None
    if job.state == "failed":
        error = failure(job)
        told = message(f"error.{ERRORS[type(error)].code}.message", locale_of(request), **error.values)
    return DeeplDocumentStatus(
        document_id=job.id,
        status=_DEEPL_STATES.get(job.state, "error"),
        seconds_remaining=None if job.finished else service.documents.seconds_left(job),
        billed_characters=job.characters if done else None,
        error_message=told,
    )


async def libre_submitted(given: Fields, request: Request, caller: Caller, service: Parts) -> LibreTranslateFile:
    """Answers when the document is translated, or when its caller would not wait longer; who fetches it waits again."""
    body = given.parsed(LibreTranslateFileRequest)
    source, target = _served(
        service,
        None if body.source.lower() == libre.AUTO else libre.language(body.source),
        libre.language(body.target),
    )
    order = DocumentOrder(_named(given), source, target, kept=requests.may_be_kept(request))
    job = await _submitted(given, order, request, caller, service)
    job = await _waited(job, caller.tenant, request, service)
    if job.state == "failed":
        raise failure(job)
    # No name of a file: people's names stand in them, and addresses are written down everywhere.
    ending = next((output_of(form, order.output)[0] for form in FORMATS if form.name == job.form), "")
    return LibreTranslateFile(
        translatedFileUrl=str(request.url_for("download_file", name=f"{job.id}.{job.tenant}{ending}"))
    )


async def libre_result(name: str, request: Request, service: Parts) -> DocumentResult:
    """By its name alone, which nobody can guess: clients fetch it without their key."""
    tenant = Tenant(name[_ID_LENGTH + 1 :].rpartition(".")[0])
    job = await service.documents.status(tenant, name[:_ID_LENGTH])
    await _waited(job, tenant, request, service)
    return await service.documents.result(tenant, job.id)


async def _waited(job: DocumentJob, tenant: Tenant, request: Request, service: Parts) -> DocumentJob:
    return await service.documents.wait(tenant, job.id, requests.patience_ms(request, service.settings) / 1000)

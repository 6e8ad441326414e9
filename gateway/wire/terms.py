"""Between the wire types and the inside: glossaries, memories, suggestions and reviews."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fastapi import Request, Response
from pydantic import BaseModel

from accessibility.terms.glossary import Glossary, Term
from accessibility.terms.memory import Kept, Pair, Unit
from gateway import memories, term_files
from gateway.bodies import parsed
from gateway.callers import Caller, caller_of
from gateway.errors import FieldInvalid, FormatUnsupported
from gateway.guidance import Guidance
from gateway.middleware import CONTENT_TYPE
from gateway.parts import Parts
from gateway.schemas import terms as schemas
from gateway.state.feedback import Decision, Suggestion, Ticket
from gateway.state.glossaries import Listed
from gateway.translation import Order
from gateway.wire.requests import language_tag

PAGE = 100
REVIEWED_AT_ONCE = 100

# Names of formats by what they are called on the way, beside their own media types.
_ALIASES = {"application/xml": "", "text/xml": "", "application/x-tmx": "tmx", "application/tbx+xml": "tbx"}


async def guided(order: Order, glossary: str | None, use_memory: bool, service: Parts) -> Order:
    """The order with what its organisation says of it; without a glossary and a memory, the order itself."""
    tenant = order.delivery.tenant
    memory = service.memories.of(tenant) if use_memory else None
    if glossary is None and memory is None:
        return order
    terminology = None if glossary is None else await service.glossaries.terminology(tenant, glossary)
    revision, looked_up = memory or ("", None)
    reference = terminology.glossary.reference if terminology else ""
    return replace(order, guidance=Guidance(f"{reference}|{revision}", terminology, looked_up))


async def content(
    request: Request, formats: Iterable[str], media_types: Mapping[str, str], wanted: str | None
) -> tuple[str, bytes]:
    """The format of a body, `json` where it is no file, and the body."""
    given = request.scope.get(CONTENT_TYPE, "").partition(";")[0].strip().lower()
    names = {media_type: name for name, media_type in media_types.items()}
    name = wanted or names.get(given) or _ALIASES.get(given) or ""
    if wanted and wanted not in (*formats, "json"):
        raise FormatUnsupported(available=", ".join(formats))
    if not name and given not in ("", "application/json", "application/x-www-form-urlencoded"):
        raise FormatUnsupported(available=", ".join(formats))
    return name or "json", await request.body()


def accepted(request: Request, media_types: Mapping[str, str], wanted: str | None) -> str:
    """The format to answer in: what the address says, else what `Accept` prefers, else JSON."""
    if wanted:
        if wanted not in (*media_types, "json"):
            raise FormatUnsupported(available=", ".join(media_types))
        return wanted
    names = {media_type: name for name, media_type in media_types.items()}
    offered: list[tuple[float, str]] = []
    for part in request.headers.get("accept", "").split(","):
        media_type, _, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=")
        weight = float(quality) if quality.replace(".", "", 1).isdecimal() else 1.0
        offered.append(
            (weight, {**names, "application/json": "json", "*/*": "json"}.get(media_type.strip().lower(), ""))
        )
    return next((name for weight, name in sorted(offered, key=lambda each: -each[0]) if name and weight), "json")


def pair(source: str | None, target: str | None) -> Pair:
    """The languages of a file, which a file alone does not tell."""
    for name, given in (("source", source), ("target", target)):
        if given is None:
            raise FieldInvalid(field=name)
    return Pair(language_tag(source or ""), language_tag(target or ""))


def reviewer(named: str | None, caller: Caller) -> str:
    return (named or "").strip() or (f"API key {caller.api_key}" if caller.api_key else "local")


def terms(given: Sequence[schemas.TermGiven]) -> list[Term]:
    return [
        Term(each.id, each.source, each.target, each.case_sensitive, each.whole_word, each.translate, tuple(each.also))
        for each in given
    ]


def listed(found: Listed) -> schemas.Glossary:
    return schemas.Glossary(
        id=found.id,
        version=found.version,
        reference=f"{found.id}@{found.version}",
        name=found.name,
        source=found.source,
        target=found.target,
        count=found.count,
        created_s=found.created_s,
    )


async def made(glossary: Glossary, tenant: str, service: Parts) -> schemas.Glossary:
    return listed(await service.glossaries.look(tenant, glossary.reference))


async def glossary_response(reference: str, request: Request, wanted: str | None, service: Parts) -> Response:
    """A glossary as JSON or as a file, whichever was asked for."""
    tenant = caller_of(request).tenant.id
    media_types = {name: each.media_type for name, each in term_files.FORMATS.items()}
    name = accepted(request, media_types, wanted)
    found = await service.glossaries.read(tenant, reference)
    if name != "json":
        text = await asyncio.to_thread(term_files.FORMATS[name].write, found.terms, found.source, found.target)
        return _file(text, f"{found.id}-{found.version}.{name}", media_types[name])
    about = listed(await service.glossaries.look(tenant, found.reference))
    versions = await service.glossaries.versions(tenant, found.id)
    detail = await asyncio.to_thread(_detail, about, versions, found.terms)
    return Response(detail, media_type="application/json", headers={"Vary": "Accept"})


def _detail(about: schemas.Glossary, versions: list[int], terms: Sequence[Term]) -> bytes:
    given = [
        schemas.TermGiven(
            id=term.id,
            source=term.source,
            target=term.target,
            case_sensitive=term.case_sensitive,
            whole_word=term.whole_word,
            translate=term.translate,
            also=list(term.also),
        )
        for term in terms
    ]
    return schemas.GlossaryDetail(**about.model_dump(), versions=versions, terms=given).model_dump_json().encode()


async def memory_response(
    request: Request, wanted: str | None, languages: Pair | None, after: str, reviewed: bool, service: Parts
) -> Response:
    """The pairs of a memory; or units of one, as JSON page by page or all of them as a file."""
    tenant = caller_of(request).tenant.id
    media_types = {name: each.media_type for name, each in memories.FORMATS.items()}
    name = accepted(request, media_types, wanted)
    if languages is None:
        if name != "json":
            raise FieldInvalid(field="source")
        there = await service.memories.pairs(tenant)
        told = [
            schemas.MemoryPair(source=each.source, target=each.target, units=count) for each, count in there.items()
        ]
        return _json(schemas.MemoryResponse(pairs=told))
    if name == "json":
        page = await service.memories.page(tenant, languages, after, PAGE)
        more = page[-1].id if len(page) == PAGE else None
        return _json(schemas.MemoryResponse(units=[unit(each) for each in page], next=more))
    units = await service.memories.export(tenant, languages, reviewed=reviewed)
    write = memories.FORMATS[name].write
    text = await asyncio.to_thread(lambda: "".join(write(units, languages.source, languages.target)))
    return _file(text, f"memory-{languages.source}-{languages.target}.{name}", media_types[name])


async def memory_taken(
    request: Request, wanted: str | None, source: str | None, target: str | None, service: Parts
) -> schemas.MemoryTaken:
    """A file, or JSON, taken up into the caller's memory; nobody becomes a reviewer by what a file says."""
    caller = caller_of(request)
    media_types = {name: each.media_type for name, each in memories.FORMATS.items()}
    name, body = await content(request, memories.FORMATS, media_types, wanted)
    if name == "json":
        given = await asyncio.to_thread(parsed, body, schemas.MemoryGiven)
        languages = pair(given.source, given.target)
        sent = [Unit(each.source, each.target) for each in given.units]
        units = await asyncio.to_thread(service.memories.checked, sent)
    else:
        languages = pair(source, target)
        units = await service.memories.read_file(name, body, languages)
    taken = await service.memories.take_in(caller.tenant.id, languages, units, caller.api_key)
    return schemas.MemoryTaken(given=len(units), taken=taken)


def unit(kept: Kept) -> schemas.Unit:
    return schemas.Unit(
        id=kept.id,
        source=kept.source,
        target=kept.target,
        source_lang=kept.pair.source,
        target_lang=kept.pair.target,
        reviewed=kept.reviewed,
        reviewer=kept.reviewer or None,
        created_s=kept.created_s,
    )


def suggestion(given: schemas.FeedbackGiven) -> Suggestion:
    consent = given.consent
    return Suggestion(
        pair(given.source_lang, given.target_lang),
        given.source,
        given.suggested,
        given.kind,
        consent.publish,
        consent.licence,
    )


def ticket(found: Ticket) -> schemas.FeedbackTicket:
    return schemas.FeedbackTicket(ticket=found.ticket, state=found.state, reason=found.reason)


def waiting(found: Sequence[Ticket]) -> schemas.ReviewResponse:
    return schemas.ReviewResponse(
        waiting=[
            schemas.Waiting(
                ticket=each.ticket,
                source=each.suggestion.source,
                suggested=each.suggestion.suggested,
                source_lang=each.suggestion.pair.source,
                target_lang=each.suggestion.pair.target,
                kind=each.suggestion.kind,
                created_s=each.created_s,
            )
            for each in found
        ]
    )


def decision(given: schemas.ReviewGiven, caller: Caller) -> Decision:
    state = {"accept": "accepted", "reject": "rejected"}[given.decision]
    return Decision(state, reviewer(given.reviewer, caller), caller.api_key, given.reason)  # type: ignore[arg-type]


def _json(body: BaseModel) -> Response:
    return Response(body.model_dump_json(), media_type="application/json", headers={"Vary": "Accept"})


def _file(text: str, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept"}
    return Response(text, media_type=f"{media_type}; charset=utf-8", headers=headers)

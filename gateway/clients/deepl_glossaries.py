"""Between DeepL's glossaries, version 2, and ours: there a glossary never changes; the newest version of one is it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from gateway import term_files
from gateway.clients.schemas import DeeplGlossary, DeeplGlossaryRequest, DeeplPair, DeeplPairs
from gateway.parts import Parts
from gateway.state.glossaries import Listed
from gateway.wire import requests
from models.catalogue import Catalogue


async def created(body: DeeplGlossaryRequest, tenant: str, service: Parts) -> DeeplGlossary:
    source, target = requests.language_tag(body.source_lang), requests.language_tag(body.target_lang)
    terms = await asyncio.to_thread(term_files.read_file, body.entries_format, body.entries.encode(), source, target)
    made = await service.glossaries.create(tenant, body.name, source, target, terms)
    return described(await service.glossaries.look(tenant, made.reference))


def described(found: Listed) -> DeeplGlossary:
    return DeeplGlossary(
        glossary_id=found.id,
        name=found.name,
        ready=True,
        source_lang=found.source,
        target_lang=found.target,
        # Its client cannot read a time without a fraction.
        creation_time=f"{datetime.fromtimestamp(found.created_s, UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        entry_count=found.count,
    )


async def entries(reference: str, tenant: str, service: Parts) -> str:
    """One term a line, `source` and `target` with a tabulator between them, no heading."""
    found = await service.glossaries.read(tenant, reference)
    return "".join(f"{term.source}\t{term.target}\n" for term in found.terms)


def pairs(catalogue: Catalogue) -> DeeplPairs:
    return DeeplPairs(
        supported_languages=[DeeplPair(source_lang=pair.source, target_lang=pair.target) for pair in catalogue.pairs()]
    )

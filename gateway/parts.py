"""The objects an API process is made of, built once and handed to the routes."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request

from accessibility.files.opened import Limits as FileLimits
from gateway.api_keys import KeyRing
from gateway.cache import SegmentKeys
from gateway.callers import Callers
from gateway.documents.folder import Folder
from gateway.documents.parsing import Parsing
from gateway.documents.service import Bounds, Documents
from gateway.errors import StateUnavailable
from gateway.glossaries import Glossaries
from gateway.limits import Limits, NoLimits
from gateway.memories import Memories
from gateway.outputs import Outputs
from gateway.responses import Translations
from gateway.schemas.problems import Readiness
from gateway.settings import Settings, load_settings
from gateway.state.database import Database
from gateway.summary import Summarisation
from gateway.translation import Translation
from gateway.usage import Usage
from models.catalogue import Catalogue, LanguagePair
from models.quality import Measured
from models.standing import Standing


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    catalogue: Catalogue
    quality: Mapping[str, Mapping[LanguagePair, Measured]]
    translation: Translation
    translations: Translations
    summarisation: Summarisation
    readiness: Callable[[], Awaitable[Readiness]]
    models: Mapping[str, Standing] = field(default_factory=dict)
    limits: Limits = field(default_factory=NoLimits)
    outputs: Outputs = field(default_factory=Outputs)
    callers: Callers = field(default_factory=lambda: Callers(KeyRing(), SegmentKeys(secrets.token_bytes(32))))
    usage: Usage = field(default_factory=lambda: Usage(Database(None)))
    database: Database = field(default_factory=lambda: Database(None))
    glossaries: Glossaries = field(default_factory=lambda: Glossaries(Database(None), load_settings({})))
    memories: Memories = field(default_factory=lambda: Memories(Database(None), load_settings({})))
    documents: Documents = field(default_factory=lambda: _no_documents())


def _no_documents() -> Documents:
    """Where nothing can be kept, every document is refused."""

    def nothing() -> Translation:
        raise StateUnavailable

    return Documents(Database(None), Folder(Path()), Parsing(FileLimits(), 1, 256), nothing, Bounds(0, 0, 0, 0))


async def parts(request: Request) -> Parts:  # a plain function would be run in a thread
    built: Parts = request.app.state.parts
    return built

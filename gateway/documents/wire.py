"""Files as they come in and go out over HTTP, whichever API was called."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import UploadFile
from fastapi.responses import FileResponse

from gateway.documents.service import DocumentResult

_READ_AT_ONCE = 256 * 1024


async def pieces(file: UploadFile) -> AsyncIterator[bytes]:
    """What was sent, piece by piece."""
    while piece := await file.read(_READ_AT_ONCE):
        yield piece


def file_response(found: DocumentResult) -> FileResponse:
    """To be saved, never shown: a page with a script must not run in the name of this service."""
    return FileResponse(
        found.path,
        media_type=found.media_type,
        filename=found.name,
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )

"""The baseline of the cache-hit figure: a FastAPI route that validates the same body and answers the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response

from gateway.schemas.translation import TranslateRequest


def create_app(answer: bytes) -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.post("/v1/translate")
    async def translate(body: TranslateRequest) -> Response:
        del body
        return Response(answer, media_type="application/json")

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(Path(sys.argv[1]).read_bytes()), port=int(sys.argv[2]), access_log=False, log_level="error")

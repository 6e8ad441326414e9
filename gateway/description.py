"""The description of the API (OpenAPI), with what the framework cannot know: how errors are really written."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from gateway.problems import MEDIA_TYPE

_PROBLEM = "#/components/schemas/Problem"
# The framework's own shape of errors, which nobody here ever sees.
_UNUSED = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """`/openapi.json` as it is true."""
    generated = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _correct(generated())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _correct(description: dict[str, Any]) -> None:
    for methods in description["paths"].values():
        for operation in methods.values():
            operation["responses"] = {
                status: _with_media_type(response)
                for status, response in operation["responses"].items()
                if not _is_of(response, "#/components/schemas/HTTPValidationError")
            }
    for name in _UNUSED:
        description.get("components", {}).get("schemas", {}).pop(name, None)


def _is_of(response: dict[str, Any], reference: str) -> bool:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return bool(schema.get("$ref") == reference)


def _with_media_type(response: dict[str, Any]) -> dict[str, Any]:
    if not _is_of(response, _PROBLEM):
        return response
    return {**response, "content": {MEDIA_TYPE: response["content"]["application/json"]}}

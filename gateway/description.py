"""The description of the API (OpenAPI), with what the framework cannot know: how errors are really written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from gateway.problems import MEDIA_TYPE

_COMPONENT = "#/components/schemas/{model}"
_PROBLEM = "#/components/schemas/Problem"
# The framework's own shape of errors, which nobody here ever sees.
_UNUSED = ("HTTPValidationError", "ValidationError")


def json_body(schema: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a route that reads its body itself; the schema goes to `install`."""
    reference = {"$ref": _COMPONENT.format(model=schema.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": reference}}}}


def install(app: FastAPI, bodies: Iterable[type[BaseModel]]) -> None:
    """`/openapi.json` as it is true; `bodies` are those that routes read themselves."""
    generated = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            description = generated()
            _correct(description)
            for body in bodies:
                _add(body, description["components"]["schemas"])
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _add(body: type[BaseModel], components: dict[str, Any]) -> None:
    described = body.model_json_schema(ref_template=_COMPONENT)
    parts = described.pop("$defs", {})
    components.update({name: part for name, part in parts.items() if name not in components})
    components[body.__name__] = described


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

"""The description of the API (OpenAPI), with what the framework cannot know: how errors are really written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from gateway.problems import MEDIA_TYPE
from gateway.schemas.problems import Problem

Responses = dict[int | str, dict[str, Any]]

_COMPONENT = "#/components/schemas/{model}"
# What stands before each part of the API where a reader meets it.
TAGS: Mapping[str, str] = {
    "translation": "Texts into other languages.",
    "summaries": "What a text says, in fewer sentences.",
    "simplification": "The same in simple language.",
    "accessibility": "Texts for screen readers, braille, speech, SMS and USSD.",
    "documents": "Files translated in the background.",
    "languages": "What is served, and which language a text is in.",
    "glossaries": "The terms of an organisation.",
    "memory": "What an organisation translated before.",
    "review": "Suggestions of readers, and corrections.",
    "models": "What translates, and how well.",
    "usage": "What a key has used.",
    "LibreTranslate": "LibreTranslate's API: its clients work when one URL is changed.",
    "DeepL": "DeepL's API, version 2, also below `/deepl`: its clients work when one URL is changed.",
    "health": "For whoever watches the service.",
    "admin": "Keys, tenants and usage, for the operator.",
}
# The framework's own shape of errors, which nobody here ever sees.
_UNUSED = ("HTTPValidationError", "ValidationError")


def answers(schema: type[BaseModel], *codes: int, media_type: str = "application/json") -> Responses:
    """`responses` of a route for these codes; the schema goes to `install`. To hand the framework the model instead
    makes it build a validator for each code of each route, which was half of what routes take to import."""
    reference = {"$ref": _COMPONENT.format(model=schema.__name__)}
    return {code: {"content": {media_type: {"schema": reference}}} for code in codes}


def problem_answers(*codes: int) -> Responses:
    return answers(Problem, *codes, media_type=MEDIA_TYPE)


def json_body(schema: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a route that reads its body itself; the schema goes to `install`."""
    reference = {"$ref": _COMPONENT.format(model=schema.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": reference}}}}


def install(app: FastAPI, schemas: Iterable[type[BaseModel]]) -> None:
    """`/openapi.json` as it is true; `schemas` are those that only descriptions of routes name."""
    generated = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            description = generated()
            _correct(description)
            description["servers"] = [{"url": "/"}]  # wherever it was read
            description["tags"] = _tags(description)
            for schema in schemas:
                _add(schema, description["components"]["schemas"])
            _even(description)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _add(schema: type[BaseModel], components: dict[str, Any]) -> None:
    described = schema.model_json_schema(ref_template=_COMPONENT)
    parts = described.pop("$defs", {})
    components.update({name: part for name, part in parts.items() if name not in components})
    components[schema.__name__] = described


def _correct(description: dict[str, Any]) -> None:
    for methods in description["paths"].values():
        for operation in methods.values():
            operation["responses"] = {
                status: response for status, response in operation["responses"].items() if not _is_unused(response)
            }
    for name in _UNUSED:
        description.get("components", {}).get("schemas", {}).pop(name, None)


def _tags(description: dict[str, Any]) -> list[dict[str, str]]:
    operations = [operation for methods in description["paths"].values() for operation in methods.values()]
    used = {tag for operation in operations for tag in operation.get("tags", ())}
    return [{"name": name, "description": told} for name, told in TAGS.items() if name in used]


def _even(node: Any) -> None:
    """Arrays of so many parts of one kind in words that every generator of clients knows, not with `prefixItems`."""
    if isinstance(node, dict):
        parts = node.get("prefixItems")
        if isinstance(parts, list) and all(part == parts[0] for part in parts) and "items" not in node:
            assert node["minItems"] == node["maxItems"] == len(parts)
            node["items"] = node.pop("prefixItems")[0]
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _even(inner)


def _is_unused(response: dict[str, Any]) -> bool:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return bool(schema.get("$ref") == _COMPONENT.format(model=_UNUSED[0]))

"""What a client sent, whichever way it sent it: JSON, a form, a form in parts, or the query of the address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from gateway import uploads
from gateway.callers import Scope, require_of_client
from gateway.errors import BodyNotJson, BodyNotUtf8, FieldInvalid

MOST_FIELDS = 5_000

_Schema = TypeVar("_Schema", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fields:
    """Names with what was given for them: any JSON value, or the texts of a form in order. A body's come before those
    of the address. `files`: those of a form in parts."""

    values: Mapping[str, Any]
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """One field as text; empty where it is none."""
        value = self.values.get(name)
        value = value[0] if isinstance(value, _Texts) else value
        return value if isinstance(value, str) else ""

    def parsed(self, schema: type[_Schema], lists: Sequence[str] = ()) -> _Schema:
        """The fields as `schema` has them; empty ones count as not given. Of a form, `lists` are taken whole and of
        others the first. Raises RequestValidationError, as a body of /v1 would."""
        given = {
            name: value[0] if isinstance(value, _Texts) and name not in lists else value
            for name, value in self.values.items()
        }
        wanted = {name: value for name, value in given.items() if value not in ("", None, [])}
        try:
            return schema.model_validate(wanted)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in faults]) from None


class _Texts(list[str]):
    """What a form or an address gives for one name."""


def allowed(scope: Scope, key: str) -> Callable[[Request], AsyncIterator[Fields]]:
    """The dependency of a route: what its client sent, if the key in the field `key`, or in a header, may do this."""

    async def given(request: Request) -> AsyncIterator[Fields]:
        try:
            found = await read(request)
            require_of_client(request, scope, found.text(key))
            yield found
        finally:
            await request.close()  # files that nobody looked at

    return given


def uploaded(key: str) -> Callable[[Request], AsyncIterator[Fields]]:
    """The same for documents: what can be refused without their body is."""
    wait_for_body = allowed("documents", key)

    async def given(request: Request) -> AsyncIterator[Fields]:
        await uploads.look(request, key)
        async for found in wait_for_body(request):
            yield found

    return given


async def read(request: Request) -> Fields:
    """Raises BodyNotJson, BodyNotUtf8 or FieldInvalid. Its files are open until the request is closed."""
    query = _pairs(request.url.query.encode())
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        form = await request.form(max_files=1, max_fields=MOST_FIELDS)
        texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        files = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
        return Fields({**query, **_gathered(texts)}, files)
    body = await request.body()
    # `curl -d '{…}'` sends JSON under a form's content type.
    if kind.endswith("json") or body.lstrip()[:1] == b"{":
        return Fields({**query, **_object(body)})
    return Fields({**query, **_pairs(body)})


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body.decode()) if body.strip() else {}
    except UnicodeDecodeError:
        raise BodyNotUtf8 from None
    except (ValueError, RecursionError):
        raise BodyNotJson from None
    if not isinstance(found, dict):
        raise FieldInvalid(field="body")
    return found


def _pairs(encoded: bytes) -> Mapping[str, _Texts]:
    """Urlencoded; letters that are not escaped are UTF-8, as `curl -d` sends them."""
    try:
        return _gathered(
            parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        )
    except UnicodeDecodeError:
        raise BodyNotUtf8 from None
    except ValueError:
        raise FieldInvalid(field="body") from None


def _gathered(pairs: Sequence[tuple[str, str]]) -> Mapping[str, _Texts]:
    found: dict[str, _Texts] = {}
    for name, value in pairs:
        found.setdefault(name, _Texts()).append(value)
    return found

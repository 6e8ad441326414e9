"""Bodies that a route reads itself."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from gateway.errors import BodyNotJson, BodyNotUtf8

Body = TypeVar("Body", bound=BaseModel)


def parsed(body: bytes, kind: type[Body]) -> Body:
    """A JSON body, or the error that any route answers for a wrong one."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
    if faults[0]["type"] == "json_invalid":
        return _tolerant(body, kind)
    raise _told(faults)


def _tolerant(body: bytes, kind: type[Body]) -> Body:
    """What the quick parser takes for no JSON: it may begin with a byte order mark, or hold half of a surrogate pair,
    and then one of its fields is to blame."""
    try:
        given = json.loads(body)
    except UnicodeDecodeError:
        raise BodyNotUtf8 from None
    except (ValueError, RecursionError):
        raise BodyNotJson from None
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
    raise _told(faults)


def _told(faults: list[Any]) -> RequestValidationError:
    return RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults])

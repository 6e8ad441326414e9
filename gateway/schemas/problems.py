"""Wire types of errors, and of whether the service is well."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from gateway.schemas.common import Schema


class Problem(BaseModel):
    """RFC 9457 problem details; never quotes the request's text."""

    type: str = Field(examples=["urn:malgil:problem:pair_not_served"])
    title: str
    status: int
    code: str = Field(description="Stable name of the error.")
    message: str = Field(description="What happened, in the caller's locale.")
    help: str = Field(description="What to do about it, in plain language.")
    lang: str
    dir: Literal["ltr", "rtl"]
    request_id: str
    field: str | None = None
    available: list[str] | None = None


class Health(Schema):
    status: Literal["ok"]


class Readiness(Schema):
    status: Literal["ready", "not_ready"]
    redis: bool
    models: dict[str, bool] = Field(description="Model → has a live engine.")

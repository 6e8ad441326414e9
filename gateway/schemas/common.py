"""What wire types share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


class Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RequestSchema(Schema):
    """What a caller sends. Of very many mistakes the first is enough: to list 100,000 of them takes seconds."""

    @model_validator(mode="before")
    @classmethod
    def _first_unknown(cls, given: Any) -> Any:
        if not isinstance(given, dict) or len(given) <= len(cls.model_fields):
            return given
        known = {name: value for name, value in given.items() if name in cls.model_fields}
        unknown = next(name for name in given if name not in known)
        return {**known, unknown: None}


def _well_formed(text: str) -> str:
    """Half of a surrogate pair is no character: JSON can spell it, UTF-8 cannot carry it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("lone surrogate") from None
    return text


Text = Annotated[str, AfterValidator(_well_formed)]
Texts = Annotated[list[Text], Field(fail_fast=True)]
Tags = Annotated[list[str], Field(fail_fast=True)]
Priority = Literal["interactive", "bulk"]
PRIORITY: Priority | None = Field(
    None,
    description="`interactive`: a person waits for it; `bulk`: it may wait longer; null: its size decides.",
)


class Warning(Schema):
    code: str = Field(description="Stable name of the finding.")
    severity: Literal["low", "medium", "high"]
    message: str = Field(description="One sentence in the caller's locale.")
    source_span: tuple[int, int] | None = Field(
        None, description="Where, in code points of the normalised source text."
    )


class Label(Schema):
    text: str
    lang: str

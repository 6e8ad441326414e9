"""Wire types of documents."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field

from gateway.schemas.common import Label


class DocumentForm(BaseModel):
    """The fields of the form that carries a document."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile = Field(description="The document. Its name's ending must fit its content.")
    target: str = Field(max_length=64, description="Language to translate into, a BCP 47 tag.")
    source: str | None = Field(None, max_length=64, description="Language of the document; detected when left out.")
    output: Literal["html", "docx"] | None = Field(
        None, description="What a PDF becomes; `html` when left out. Others come back as they are."
    )
    columns: list[str] = Field(
        [], max_length=100, description="Columns of a CSV to translate: names of its first row, or numbers from 1."
    )
    glossary: str | None = Field(
        None, max_length=64, description="Glossary whose terms it must hold: `id@version`, or `id` for the newest."
    )
    memory: bool = Field(True, description="Whether what was translated before, and corrections, answer first.")


class DocumentGlossary(BaseModel):
    """What became of the terms; complete when the job is done."""

    glossary: str = Field(description="`id@version` of the glossary, fixed when the document was taken on.")
    passed: int = Field(description="Segments that hold all of their terms.")
    failed: int = Field(description="Segments that lack some.")


class DocumentWarning(BaseModel):
    code: str = Field(description="Stable name of the finding.")
    message: str = Field(description="One sentence in the caller's locale.")
    count: int = Field(description="How many texts of the document it is true of.")


class DocumentError(BaseModel):
    code: str = Field(description="Stable name of the error.")
    message: str = Field(description="What happened, in the caller's locale.")
    help: str = Field(description="What to do about it, in plain language.")


class Document(BaseModel):
    """A document and how far its translation is."""

    id: str
    state: Literal["queued", "translating", "done", "failed"]
    percent: int = Field(ge=0, le=100, description="100 only when the result is there.")
    seconds_left: int | None = Field(description="At the pace so far; null until there is one.")
    format: str = Field(examples=["docx"])
    source: str
    lang: str = Field(description="The language it is translated into.")
    dir: Literal["ltr", "rtl"]
    characters: int = Field(description="Of all texts of the document.")
    label: Label
    warnings: list[DocumentWarning] = Field(description="What the checks found; complete when the job is done.")
    glossary: DocumentGlossary | None = Field(description="What became of the glossary's terms.")
    recalled: int = Field(description="Segments that the translation memory knew.")
    error: DocumentError | None = Field(description="What ended a job that failed.")
    result: str | None = Field(description="Where the translated document is, once it is done.")
    expires_at: datetime = Field(description="When the job and all of its files are erased.")

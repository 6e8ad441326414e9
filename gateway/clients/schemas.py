"""Wire types of the other services' APIs. They ignore fields they do not know, as those services do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gateway.schemas.common import Text, Texts


class ClientSchema(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


def _digit(given: Any) -> Any:
    """Some clients send a number or a truth value."""
    return str(int(given)) if isinstance(given, int) else given


KEY = Field(None, description="The caller's key, where the service asks for one.")
Code = Annotated[str, Field(max_length=64)]


class LibreTranslateRequest(ClientSchema):
    q: Text | Texts = Field(description="One text, or in JSON several.", examples=["La biblioteca abre a las nueve."])
    source: Code = Field(description="Language of the texts, or `auto`: told for each text.", examples=["es"])
    target: Code = Field(description="Language to translate into.", examples=["an"])
    format: Literal["text", "html"] = Field("text", description="How the texts are written.")
    alternatives: int = Field(0, ge=0, description="How many other translations of each text, at most.")
    api_key: str | None = KEY


class DetectedLanguage(ClientSchema):
    confidence: float = Field(description="0 to 100.")
    language: str


class LibreTranslation(ClientSchema):
    translatedText: str | list[str]
    detectedLanguage: DetectedLanguage | list[DetectedLanguage] | None = None
    alternatives: list[str] | list[list[str]] | None = None


class LibreTranslateDetectRequest(ClientSchema):
    q: Text | Texts = Field(description="One text, or in JSON several parts of one.", examples=["Bon diya a totz."])
    api_key: str | None = KEY


class LibreTranslateLanguage(ClientSchema):
    code: str
    name: str
    targets: list[str]


class LanguageChoice(ClientSchema):
    code: str
    name: str


class LanguageDefaults(ClientSchema):
    source: LanguageChoice
    target: LanguageChoice


class FrontendSettings(ClientSchema):
    apiKeys: bool
    charLimit: int
    filesTranslation: bool
    frontendTimeout: int
    keyRequired: bool
    language: LanguageDefaults
    suggestions: bool
    supportedFilesFormat: list[str]


class LibreTranslateFileRequest(ClientSchema):
    source: Code = Field(description="Language of the document, or `auto`.", examples=["es"])
    target: Code = Field(description="Language to translate into.", examples=["an"])
    api_key: str | None = KEY


class LibreTranslateFile(ClientSchema):
    translatedFileUrl: str


class LibreTranslateSuggestion(ClientSchema):
    q: Text = Field(description="The text that was translated.")
    s: Text = Field(description="How it should be translated.")
    source: Code
    target: Code
    api_key: str | None = KEY


class LibreTranslateSuccess(ClientSchema):
    success: bool


class LibreTranslateHealth(ClientSchema):
    status: Literal["ok"]


class LibreTranslateError(ClientSchema):
    error: str


ElementNames = list[Annotated[str, Field(max_length=200)]]


class DeeplRequest(ClientSchema):
    text: Text | Texts = Field(description="Texts to translate.", examples=[["La biblioteca abre a las nueve."]])
    target_lang: Code = Field(description="Language to translate into.", examples=["AN"])
    source_lang: Code | None = Field(None, description="Language of the texts; none: told for each text.")
    context: str | None = Field(None, description="Accepted; not used.")
    show_billed_characters: bool = False
    split_sentences: Annotated[Literal["0", "1", "nonewlines"] | None, BeforeValidator(_digit)] = Field(
        None, description="`nonewlines`: line ends end no sentence. `0` is taken for that; sentences are always told."
    )
    preserve_formatting: bool = Field(False, description="Accepted; nothing is ever reformatted.")
    formality: Literal["default", "prefer_more", "prefer_less", "more", "less"] = Field(
        "default", description="`more` and `less` are refused: no model here has a formality."
    )
    model_type: Literal["latency_optimized", "quality_optimized", "prefer_quality_optimized"] | None = Field(
        None, description="`quality_optimized` is refused."
    )
    glossary_id: str | None = Field(None, max_length=64, description="Needs `source_lang`.")
    glossary_ids: Annotated[list[str], Field(max_length=5)] | str | None = Field(
        None, description="One is taken; several are refused."
    )
    tag_handling: Literal["xml", "html"] | None = None
    tag_handling_version: Literal["v1", "v2"] | None = None
    outline_detection: bool = True
    non_splitting_tags: ElementNames | str = []
    splitting_tags: ElementNames | str = []
    ignore_tags: ElementNames | str = []
    style_id: str | None = Field(None, description="Refused.")
    translation_memory_id: str | None = Field(None, description="Refused.")
    custom_instructions: list[str] | None = Field(None, description="Refused.")
    auth_key: str | None = KEY


class DeeplTranslation(ClientSchema):
    detected_source_language: str
    text: str
    billed_characters: int | None = None
    model_type_used: str | None = None


class DeeplTranslations(ClientSchema):
    translations: list[DeeplTranslation]


class DeeplLanguagesRequest(ClientSchema):
    type: Literal["source", "target"] = "source"
    auth_key: str | None = KEY


class DeeplLanguage(ClientSchema):
    language: str
    name: str
    supports_formality: bool | None = None


class DeeplUsage(ClientSchema):
    character_count: int | None = None
    character_limit: int | None = None


class DeeplRephraseRequest(ClientSchema):
    text: Text | Texts
    target_lang: Code | None = None
    writing_style: Literal["simple", "prefer_simple"] = Field(description="Others are refused.")
    tone: Literal["default"] | None = None
    auth_key: str | None = KEY


class DeeplImprovement(ClientSchema):
    text: str
    detected_source_language: str
    target_language: str


class DeeplImprovements(ClientSchema):
    improvements: list[DeeplImprovement]


class DeeplGlossaryRequest(ClientSchema):
    name: Text = Field(min_length=1, max_length=200)
    source_lang: Code
    target_lang: Code
    entries: Text = Field(description="Terms, one a line, without a heading.", examples=["hola\tadiu"])
    entries_format: Literal["tsv", "csv"] = "tsv"
    auth_key: str | None = KEY


class DeeplGlossary(ClientSchema):
    glossary_id: str
    name: str
    ready: bool
    source_lang: str
    target_lang: str
    creation_time: str
    entry_count: int


class DeeplGlossaries(ClientSchema):
    glossaries: list[DeeplGlossary]


class DeeplPair(ClientSchema):
    source_lang: str
    target_lang: str


class DeeplPairs(ClientSchema):
    supported_languages: list[DeeplPair]


class DeeplDocumentRequest(ClientSchema):
    target_lang: Code
    source_lang: Code | None = None
    filename: str | None = Field(None, max_length=1000, description="Name of the file, where its part has none.")
    output_format: Annotated[str, Field(max_length=20)] | None = Field(
        None, description="What a PDF becomes; without it, none is taken."
    )
    formality: Literal["default", "prefer_more", "prefer_less", "more", "less"] = "default"
    glossary_id: str | None = Field(None, max_length=64, description="Needs `source_lang`.")
    glossary_ids: str | None = Field(None, max_length=400, description="One is taken; several are refused.")
    style_id: str | None = Field(None, description="Refused.")
    translation_memory_id: str | None = Field(None, description="Refused.")
    auth_key: str | None = KEY


class DeeplDocument(ClientSchema):
    document_id: str
    document_key: str


class DeeplDocumentKey(ClientSchema):
    document_key: str
    auth_key: str | None = KEY


class DeeplDocumentStatus(ClientSchema):
    document_id: str
    status: Literal["queued", "translating", "done", "error"]
    seconds_remaining: int | None = None
    billed_characters: int | None = None
    error_message: str | None = None


class DeeplError(ClientSchema):
    message: str
    detail: str | None = None


def form_of(schema: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a route that takes a file beside these fields."""
    described = schema.model_json_schema()
    described["properties"] = {"file": {"type": "string", "format": "binary"}, **described["properties"]}
    described["required"] = ["file", *described.get("required", ())]
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": described}}}}


def body_of(schema: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """`openapi_extra` of a route that reads its body itself: the same fields as JSON or as a form."""
    reference = schema.model_json_schema(ref_template="#/components/schemas/{model}")
    reference.pop("$defs", None)
    kinds = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
    return {"requestBody": {"required": required, "content": {kind: {"schema": reference} for kind in kinds}}}

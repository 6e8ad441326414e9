"""Every setting of the service, read once from `MALGIL_…` environment variables and frozen."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from gateway.redis_url import parse

PREFIX = "MALGIL_"
LEAST_TOKEN = 32


class SettingsInvalid(ValueError):
    """A setting cannot be used; the text names it and says how to mend it."""


def _redis_url(url: str) -> str:
    parse(url)
    return url


def _database_url(url: SecretStr) -> SecretStr:
    # Read in full where it is used (gateway.state.database): SQLAlchemy takes long to import.
    if not re.match(r"(postgres(ql)?|sqlite)(\+\w+)?://", url.get_secret_value()):
        raise ValueError("is no URL of a database we know: write postgresql://user@host/name or sqlite:///path")
    return url


def _long_enough(token: SecretStr) -> SecretStr:
    if len(token.get_secret_value()) < LEAST_TOKEN:
        raise ValueError(f"is too short to be safe: make one of {LEAST_TOKEN} characters or more")
    return token


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port of the REST API; 0 takes a free one.")
    admin_port: int = Field(8081, ge=0, le=65535, description="Port of `/metrics` on the same host; 0 switches it off.")
    redis_url: Annotated[str, AfterValidator(_redis_url)] | None = Field(
        None,
        description="Redis or Valkey to use: `redis://`, `rediss://`, `unix://`, `redis+sentinel://host,host/name` "
        "or `redis+cluster://host,host`; empty starts an embedded Valkey on a private unix socket.",
    )
    api_processes: int = Field(1, ge=1, le=64, description="API processes that `malgil serve` starts.")
    engine_processes: int = Field(1, ge=1, le=64, description="Engine processes; each holds one copy of every model.")
    engine_threads: int = Field(0, ge=0, le=256, description="CTranslate2 workers per engine; 0 takes one per core.")
    engine_hung_ms: int = Field(
        120_000, ge=1_000, description="An engine that computes one batch for longer, in ms, ends and is replaced."
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where models run; auto takes CUDA when present."
    )
    compute_type: str = Field("default", description="CTranslate2 compute type; default keeps that of the model.")
    model_memory_mb: int = Field(
        0, ge=0, description="Memory for the weights of each engine, in MiB; beyond it models take turns. 0: no limit."
    )
    model_idle_s: int = Field(0, ge=0, description="Unload a model nobody asked for in so many seconds; 0: never.")
    max_batch_tokens: int = Field(2048, ge=64, le=1_000_000, description="Padded source tokens of one inference batch.")
    quality_bands: bool = Field(
        False, description="Whether answers say how sure the model was, where that was calibrated; costs some speed."
    )
    max_body_bytes: int = Field(2_000_000, ge=1024, description="Largest request body in bytes.")
    max_text_chars: int = Field(
        100_000, ge=1, description="Longest text of a request, all texts together, in code points."
    )
    max_texts: int = Field(1024, ge=1, description="Most texts of one request.")
    max_targets: int = Field(16, ge=1, description="Most target languages of one request.")
    max_alternatives: int = Field(
        5, ge=0, le=32, description="Most other translations of a text that a request may ask for; 0 allows none."
    )
    requests_per_minute: int = Field(
        0, ge=0, description="Requests that one caller may send in a minute before it gets 429; 0 sets no limit."
    )
    characters_per_day: int = Field(
        0, ge=0, description="Characters, times target languages, that one caller may send in a day; 0 sets no limit."
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses or networks of proxies whose `X-Forwarded-For` names the caller, separated by commas.",
    )
    queue_capacity: int = Field(20_000, ge=1, description="Segments that may wait per model before callers get 503.")
    tenant_queue_capacity: int = Field(
        15_000, ge=1, description="Segments of one tenant that may wait per model; the rest stays free for others."
    )
    slow_request_ms: int = Field(
        20_000,
        ge=100,
        description="Time for a request to arrive, in ms; each 500 bytes of it add 1 s.",
    )
    request_timeout_ms: int = Field(30_000, ge=1, le=3_600_000, description="Longest time a request may take, in ms.")
    cache_ttl_s: int = Field(86_400, ge=1, description="How long a translated segment stays in Redis, in seconds.")
    cache_secret: SecretStr | None = Field(
        None,
        description="Secret of the cache keys, the same on every machine of a deployment; empty: one of its own.",
    )
    local_cache_segments: int = Field(20_000, ge=0, description="Translated segments kept in each API process.")
    kept_response_bytes: int = Field(
        8_000_000, ge=0, description="Whole responses kept in each API process, in bytes; 0 keeps none."
    )
    embedded_memory_mb: int = Field(256, ge=16, description="Memory limit of the embedded Valkey, in MiB.")
    drain_ms: int = Field(10_000, ge=0, description="How long running requests may finish after a stop signal, in ms.")
    models_folder: Path | None = Field(None, description="Folder of installed models beside the bundled ones.")
    licences: str = Field(
        "",
        description="SPDX licences models may have to be installed, separated by spaces; empty: all but those below. "
        "They may be promoted beside those of models/thresholds.toml.",
    )
    non_commercial_models: bool = Field(
        False, description="Whether models whose licence forbids commercial use may be installed."
    )
    web_page: bool = Field(
        True,
        description="Whether people may use the service on a web page at `/`, where callers without a key are served.",
    )
    max_glossaries: int = Field(100, ge=0, description="Most glossaries of a tenant.")
    max_glossary_versions: int = Field(
        50, ge=1, description="Versions of a glossary that are kept; the oldest beyond it goes."
    )
    max_glossary_terms: int = Field(10_000, ge=1, le=100_000, description="Most terms of a glossary.")
    max_term_chars: int = Field(256, ge=1, le=1_000, description="Longest term of a glossary, in code points.")
    max_memory_units: int = Field(200_000, ge=0, description="Most units in the translation memory of a tenant.")
    max_unit_chars: int = Field(
        4_000, ge=1, le=100_000, description="Longest source or target of a unit in a memory, in code points."
    )
    max_waiting_feedback: int = Field(1_000, ge=0, description="Suggestions of a tenant that may wait for a review.")
    max_import_bytes: int = Field(
        10_000_000, ge=1024, description="Largest file of a glossary or a memory that is taken in, in bytes."
    )
    data_folder: Path | None = Field(
        None, description="Folder of what is kept: the database of keys, usage and the rest; empty: that of the user."
    )
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] | None = Field(
        None,
        description="Database instead of a SQLite file in the data folder: `postgresql://user@host/name` "
        "(extra `postgresql`) or `sqlite:///path`.",
    )
    max_document_mb: int = Field(25, ge=1, le=2000, description="Largest document, in MiB.")
    max_document_chars: int = Field(
        3_000_000, ge=1, description="Most characters of a document that are translated, in code points."
    )
    max_unpacked_mb: int = Field(
        250, ge=1, description="What all parts of a packed document (docx, odt, epub …) may hold, in MiB."
    )
    max_document_pages: int = Field(2_000, ge=1, description="Most pages of a PDF.")
    document_seconds: int = Field(
        60, ge=1, description="Processor time in which a document must be read, and again written, in seconds."
    )
    document_memory_mb: int = Field(2_048, ge=256, description="Memory for reading or writing one document, in MiB.")
    document_kept_s: int = Field(
        3_600, ge=1, description="How long a translated document is kept before it is erased, in seconds."
    )
    document_patience_s: int = Field(
        86_400, ge=1, description="After how long a document that is not translated yet is given up, in seconds."
    )
    tenant_documents: int = Field(20, ge=1, description="Documents of one tenant that may wait or be translated.")
    anonymous: bool = Field(True, description="Whether callers without an API key are served.")
    suggestions: bool = Field(
        False,
        description="Whether LibreTranslate's `/suggest` takes suggestions, to be reviewed; the page before it asks "
        "its readers for their consent.",
    )
    anonymous_scopes: str = Field(
        "", description="What callers without a key may do, scopes separated by spaces; empty: all but `review`."
    )
    keys_secret: SecretStr | None = Field(
        None,
        description="Secret that the hashes of API keys are keyed with, the same for all processes and for good: "
        "keys made with another one are unknown. Empty: hashed without.",
    )
    admin_token: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        None, description="Token of the admin API, at least 32 characters; empty switches the admin API off."
    )
    admin_api_host: str = Field("127.0.0.1", description="Address of the admin API.")
    admin_api_port: int = Field(8082, ge=0, le=65535, description="Port of the admin API; 0 takes a free one.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises SettingsInvalid with one line per fault."""
    values = os.environ if environment is None else environment  # noqa: TID251 the one place that reads it
    given = {name: value for name, value in values.items() if name.upper().startswith(PREFIX)}
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    faults = [_unknown(name, known) for name in given if name.upper() not in known]
    if faults:
        raise SettingsInvalid("\n".join(faults))
    try:
        return Settings.model_validate({known[name.upper()]: value for name, value in given.items() if value != ""})
    except ValidationError as error:
        raise SettingsInvalid("\n".join(_fault(dict(fault)) for fault in error.errors(include_url=False))) from None


def _unknown(name: str, known: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name.upper(), known, n=1)
    hint = f"Did you mean {close[0]}?" if close else "`malgil settings` lists them all."
    return f"{name}: there is no such setting. {hint}"


def _fault(fault: dict[str, object]) -> str:
    location = fault["loc"]
    field = str(location[0]) if isinstance(location, tuple) and location else "settings"
    described = Settings.model_fields[field].description if field in Settings.model_fields else ""
    return f"{PREFIX}{field.upper()}: {fault['msg']}. {described}"

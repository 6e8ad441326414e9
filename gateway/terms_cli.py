"""Glossaries of the command line: a file, read by its name."""

from __future__ import annotations

from pathlib import Path

from accessibility.terms.application import Terminology
from accessibility.terms.glossary import Glossary, Limits
from gateway.glossaries import FORMATS, checked, read_file
from gateway.guidance import Guidance
from gateway.settings import Settings
from gateway.terminal import fail
from locales.tags import LanguageTag


def guidance_of(file: Path, source: LanguageTag, target: LanguageTag, settings: Settings) -> Guidance:
    """The terms of a file; raises the GatewayError that says what is wrong with it, and ends the command where there is
    no such file or nobody knows its kind."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        fail(f"{file}: a glossary is a file with the ending {', '.join(FORMATS)}")
    try:
        if file.stat().st_size > settings.max_import_bytes:
            fail(f"{file}: larger than {settings.max_import_bytes} bytes (MALGIL_MAX_IMPORT_BYTES)")
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    limits = Limits(settings.max_glossary_terms, settings.max_term_chars)
    terms = checked(read_file(kind, content, source, target), limits)
    return Guidance("", Terminology(Glossary(file.name, 1, file.stem, source, target, terms)))

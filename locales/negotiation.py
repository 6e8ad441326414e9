"""Which language to answer in: RFC 4647 lookup over what a browser asks for, then what such readers read next."""

import math
from collections.abc import Iterator, Sequence

from locales.profiles import nearest_profile
from locales.tags import LanguageTag, UnknownLanguage, parse

MAX_HEADER_LENGTH = 1000  # browsers send under 100 characters; the rest of a longer header is not read
MAX_RANGES = 32


def negotiate(accept_language: str | None, available: Sequence[LanguageTag], default: LanguageTag) -> LanguageTag:
    """The available language the reader likes best, or the default; whatever cannot be understood is skipped."""
    wanted = _ranges((accept_language or "")[:MAX_HEADER_LENGTH])
    refused = {tag for tag, quality in wanted if quality == 0}
    liked = [tag for tag, quality in sorted(wanted, key=lambda preference: -preference[1]) if quality > 0]
    for tag in (*liked, *_read_next(liked)):
        found = _lookup(tag, available)
        if found and found not in refused:
            return found
    return default


def _read_next(liked: Sequence[LanguageTag]) -> Iterator[LanguageTag]:
    """Spanish for a reader of Quechua: better than the service's default, worse than anything asked for."""
    for tag in liked:
        if found := nearest_profile(tag):
            yield from found.reads_next


def _ranges(header: str) -> list[tuple[LanguageTag, float]]:
    ranges = []
    for part in header.split(",")[:MAX_RANGES]:
        spelling, *parameters = part.split(";")
        try:
            ranges.append((parse(spelling.strip()), _quality(parameters)))
        except UnknownLanguage:
            continue
    return ranges


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return min(max(quality, 0.0), 1.0) if math.isfinite(quality) else 0.0
    return 1.0


def _lookup(tag: str, available: Sequence[LanguageTag]) -> LanguageTag | None:
    while tag:
        if tag in available:
            return LanguageTag(tag)
        tag = tag.rpartition("-")[0]
    return None

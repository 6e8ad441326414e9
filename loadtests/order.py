"""What the generator process is told and what it says; the only words between it and the process that started it."""

from __future__ import annotations

from msgspec import Struct

from loadtests.plan import Load
from locales.tags import LanguageTag


class Order(Struct, frozen=True):
    """`profile` is its file, `samples` the file to fill; `directions` are (source, target, weight).

    `key` is an API key or empty. `far`: the address that every name stands for behind an emulated link, else empty.
    """

    url: str
    profile: str
    load: Load
    directions: tuple[tuple[LanguageTag, LanguageTag, float], ...]
    max_in_flight: int
    samples: str
    key: str = ""
    far: str = ""


class Progress(Struct, frozen=True):
    """One line of standard output."""

    at_s: float
    in_flight: int
    answered: int
    refused: int
    failed: int
    unsent: int
    done: bool = False

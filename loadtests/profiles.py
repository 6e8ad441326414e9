"""Regional profiles: who asks for what, when, and over which link. One TOML file each, bundled or an operator's own."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from loadtests.refusal import LoadTestRefused, suggestion
from loadtests.tables import read_table
from locales import tags
from locales.tags import LanguageTag

FOLDER = Path(__file__).parent / "profiles"

KindName = Literal["sentence", "form", "letter", "document", "notice", "broadcast"]
MixedKind = Literal["sentence", "form", "letter", "document", "notice"]
KINDS: tuple[KindName, ...] = get_args(KindName)

Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
DAY_S = 86_400


class Emergency(Struct, frozen=True, forbid_unknown_fields=True):
    """One alert that `callers` systems hand in at once, as a share `at` of the run, spread over `within_s` seconds."""

    at: Share
    callers: Annotated[int, Meta(ge=1, le=10_000)]
    within_s: NotNegative = 0


class Link(Struct, frozen=True, forbid_unknown_fields=True):
    """The way between callers and service; latency is one way, rates are those of the whole region together."""

    latency_ms: Annotated[float, Meta(ge=0, le=10_000)]
    down_kbit: Annotated[float, Meta(ge=1)]
    up_kbit: Annotated[float, Meta(ge=1)]
    jitter_ms: NotNegative = 0
    loss: Annotated[float, Meta(ge=0, le=0.5)] = 0


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """`day` weighs the 24 hours; `directions` are (source, target, weight); `mix` shares the visits out by kind.

    Nobody waits longer for an answer than `patience_s`, for a translated document than `document_patience_s`.
    """

    title: str
    about: str
    population: Annotated[int, Meta(ge=1)]
    visits_per_person_per_day: Positive
    day: Annotated[tuple[NotNegative, ...], Meta(min_length=24, max_length=24)]
    duration_s: Positive
    patience_s: Annotated[float, Meta(gt=0, le=3_600)]
    directions: Annotated[tuple[tuple[str, str, Positive], ...], Meta(min_length=1)]
    mix: Annotated[dict[MixedKind, NotNegative], Meta(min_length=1)]
    document_patience_s: Annotated[float, Meta(gt=0, le=3_600)] = 120
    emergencies: tuple[Emergency, ...] = ()
    link: Link | None = None

    @property
    def peak_factor(self) -> float:
        """The busiest hour over the mean one."""
        return max(self.day) * 24 / sum(self.day)

    @property
    def peak_per_s(self) -> float:
        """Visits a second in the busiest hour of the whole population."""
        return self.peak_of(self.population)

    def peak_of(self, population: int) -> float:
        return population * self.visits_per_person_per_day / DAY_S * self.peak_factor

    def languages(self) -> dict[tuple[LanguageTag, LanguageTag], float]:
        """Direction → weight, tags canonical."""
        return {(tags.parse(source), tags.parse(target)): weight for source, target, weight in self.directions}


def bundled() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def profile_path(given: str) -> Path:
    """The bundled profile of this name, or the file of this name. Raises LoadTestRefused."""
    if given in bundled():
        return FOLDER / f"{given}.toml"
    path = Path(given)
    if path.suffix == ".toml":
        return path
    raise LoadTestRefused(f"{given}: there is no such profile. {suggestion(given, bundled())} A path ends in .toml.")


def load_profile(path: Path) -> Profile:
    """Raises LoadTestRefused that names what is wrong with the file."""
    names = (field for kind in (Profile, Link, Emergency) for field in msgspec.structs.fields(kind))
    profile = read_table(path, Profile, tuple(dict.fromkeys(itertools.chain((f.name for f in names), KINDS))))
    if not sum(profile.day):
        raise LoadTestRefused(f"{path}: day: all 24 hours are 0, so nobody ever comes")
    if not sum(profile.mix.values()):
        raise LoadTestRefused(f"{path}: mix: all shares are 0, so nobody asks for anything")
    try:
        profile.languages()
    except tags.UnknownLanguage as error:
        raise LoadTestRefused(f"{path}: directions: {error.tag!r} is no language tag") from None
    return profile

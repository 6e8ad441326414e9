"""The plan of a run: which visit comes when and what it asks. Pure and seeded: the same order gives the same load.

Open loop: visits arrive as a Poisson process and every request of a visit has its time before the run begins, so a slow
service is never spared. The times of a visit's further requests leave the person time to think.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType

from loadtests import texts
from loadtests.profiles import Emergency, KindName, MixedKind, Profile
from locales.tags import LanguageTag

Directions = Mapping[tuple[LanguageTag, LanguageTag], float]

BEFORE_S = 60.0
"""Visits that came in the minute before the start and still go on are part of the load from the first second."""

LAST = 0.999
"""An emergency at the very end still falls into the run."""

MOST_TARGETS = 16
"""Targets of one request; a broadcast into more goes out as several. Default of MALGIL_MAX_TARGETS."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of visit: how many requests it has and how long a person thinks between two of them, in seconds."""

    about: str
    text: Callable[[Random, str], str | list[str]]
    asks: tuple[int, int] = (1, 1)
    think_s: float = 0.0


KINDS: Mapping[KindName, Kind] = MappingProxyType(
    {
        "sentence": Kind("sentences typed one after the other", texts.sentence, asks=(1, 6), think_s=8),
        "form": Kind("arrays of 8 to 30 labels", texts.form, asks=(1, 2), think_s=15),
        "letter": Kind("letters of two to five paragraphs", texts.letter),
        "document": Kind("Word documents, until they are fetched", texts.document),
        "notice": Kind("notices that many read", texts.notice),
        "broadcast": Kind("one alert into all targets at once", texts.alert),
    }
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Arrives `at_s` after the start; everything it asks follows from its seed."""

    at_s: float
    kind: KindName
    seed: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: when it is due and what it asks; its text is made when it is sent."""

    at_s: float
    kind: KindName
    seed: int
    source: LanguageTag
    targets: tuple[LanguageTag, ...]

    def text(self) -> str | list[str]:
        return KINDS[self.kind].text(Random(self.seed), self.source)

    def results(self, text: str | list[str]) -> int:
        """How many results the answer to this text must have."""
        return len(self.targets) * (1 if isinstance(text, str) else len(text))


@dataclass(frozen=True, slots=True)
class Load:
    """How much comes: visits a second at the peak; `steady` holds the peak, else a whole day passes in the run."""

    peak_per_s: float
    duration_s: float
    seed: int
    steady: bool = False
    emergencies: bool = True


def visits(profile: Profile, load: Load) -> list[Visit]:
    """Visits in order of arrival; those that were under way when the run began have a negative time."""
    random = Random(load.seed)
    busiest = max(profile.day)

    def shape(at: float) -> float:
        return 1.0 if load.steady else profile.day[int(max(0.0, at) / load.duration_s * 24)] / busiest

    times = arrivals(shape, load, random)
    under_way = sum(at < 0 for at in times)
    kinds = dealt(profile.mix, under_way) + dealt(profile.mix, len(times) - under_way)
    everyday = [Visit(at, kind, random.getrandbits(48)) for at, kind in zip(times, kinds, strict=True)]
    scale = load.peak_per_s / profile.peak_per_s
    emergencies = profile.emergencies if load.emergencies else ()
    alerts = [each for one in emergencies for each in _alerted(one, load, scale, random)]
    return sorted((*everyday, *alerts), key=lambda each: each.at_s)


def arrivals(shape: Callable[[float], float], load: Load, random: Random) -> list[float]:
    """A Poisson process whose rate is `peak_per_s` times `shape` (0 to 1), by thinning (Lewis and Shedler 1979)."""
    times: list[float] = []
    at = random.expovariate(load.peak_per_s) - BEFORE_S
    while at < load.duration_s:
        if random.random() < shape(at):
            times.append(at)
        at += random.expovariate(load.peak_per_s)
    return times


def dealt(mix: Mapping[MixedKind, float], count: int) -> list[MixedKind]:
    """Kinds in the shares of the mix, dealt evenly, so that a short run has its documents too."""
    total = sum(mix.values())
    given = dict.fromkeys(mix, 0)
    order: list[MixedKind] = []
    for number in range(1, count + 1):
        kind = max(mix, key=lambda each: mix[each] / total * number - given[each])
        given[kind] += 1
        order.append(kind)
    return order


def _alerted(emergency: Emergency, load: Load, scale: float, random: Random) -> Iterator[Visit]:
    """The same alert from every caller: the same seed. A region scaled down has fewer callers, at least one."""
    seed = random.getrandbits(48)
    began = emergency.at * load.duration_s
    for _ in range(max(1, round(emergency.callers * scale))):
        at = min(began + random.uniform(0, emergency.within_s), load.duration_s * LAST)
        yield Visit(at, "broadcast", seed)


def asks(visit: Visit, directions: Directions, duration_s: float) -> list[Ask]:
    """The requests of a visit that fall into the run, in order of their time."""
    random = Random(visit.seed)
    kind = KINDS[visit.kind]
    source, target = random.choices(list(directions), list(directions.values()))[0]
    at = visit.at_s
    found: list[Ask] = []
    for _ in range(random.randint(*kind.asks)):
        seed = random.getrandbits(48)
        every = _targets(visit.kind, source, target, directions)
        found.extend(Ask(at, visit.kind, seed, source, targets) for targets in every)
        at += random.expovariate(1 / kind.think_s) if kind.think_s else 0
    return [ask for ask in found if 0 <= ask.at_s < duration_s]


def kinds_sent(profile: Profile, load: Load) -> frozenset[KindName]:
    sent: set[KindName] = {kind for kind, share in profile.mix.items() if share}
    return frozenset(sent | {"broadcast"} if profile.emergencies and load.emergencies else sent)


def planned(profile: Profile, load: Load, directions: Directions) -> Counter[KindName]:
    """How many requests of each kind a run sends."""
    counted: Counter[KindName] = Counter()
    for visit in visits(profile, load):
        counted[visit.kind] += len(asks(visit, directions, load.duration_s))
    return counted


def long_enough(
    profile: Profile, load: Load, directions: Directions, needed: Mapping[KindName, int], most_s: float
) -> float:
    """The shortest of 1, 2, 4, … times the load's duration that sends what is needed of each kind, `most_s` at most."""
    wanted = {kind: count for kind, count in needed.items() if kind in kinds_sent(profile, load)}
    duration = load.duration_s
    while duration < most_s and not _reaches(profile, replace(load, duration_s=duration), directions, wanted):
        duration *= 2
    return min(duration, max(most_s, load.duration_s))


def _reaches(profile: Profile, load: Load, directions: Directions, wanted: Mapping[KindName, int]) -> bool:
    missing = dict(wanted)
    for visit in visits(profile, load):
        if not missing:
            break
        if visit.kind in missing:
            missing[visit.kind] -= len(asks(visit, directions, load.duration_s))
            if missing[visit.kind] <= 0:
                del missing[visit.kind]
    return not missing


def _targets(
    kind: KindName, source: LanguageTag, target: LanguageTag, directions: Directions
) -> Sequence[tuple[LanguageTag, ...]]:
    if kind != "broadcast":
        return [(target,)]
    every = [reached for origin, reached in directions if origin == source]
    return [tuple(every[start : start + MOST_TARGETS]) for start in range(0, len(every), MOST_TARGETS)]

"""A model's way: candidate → evaluated → canary → serving → retired. What lets it go on, and back."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.catalogue import ANY_DOMAIN, Catalogue, CatalogueEntry
from models.gate import directions
from models.register import Decision, Register, Waiver
from models.standing import UNWAIVABLE, Served, Standing, covered, served, standing_of


class PromotionRefused(RuntimeError):
    """The gate stays shut; `reasons` says why, one sentence each."""

    def __init__(self, model: str, reasons: Sequence[str]) -> None:
        super().__init__(f"{model} is not promoted: {'; '.join(reasons)}")
        self.model = model
        self.reasons = tuple(reasons)


class NothingToRollBack(LookupError):
    def __init__(self, model_id: str) -> None:
        super().__init__(f"{model_id} does not serve")


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The model that stopped serving and those that serve again in its place."""

    stopped: str
    restored: tuple[str, ...]


def promote(
    entry: CatalogueEntry,
    catalogue: Catalogue,
    register: Register,
    now: datetime.datetime,
    waivers: Sequence[Waiver] = (),
    share: float | None = None,
) -> Standing:
    """Let a model serve in place of those whose directions it covers; PromotionRefused names all reasons against it.

    With a `share` it goes on trial beside them instead.
    """
    with register.alone():
        decisions = register.decisions()
        replaced = _replaced(entry, catalogue, decisions) if share is None else ()
        known = {each.reference for each in catalogue.entries}
        decision = Decision(
            model=entry.reference,
            digest=entry.digest,
            state="serving" if share is None else "canary",
            since=now,
            share=share or 0.0,
            waivers=tuple(waivers),
            # What is no longer there cannot serve again.
            replaced=tuple(model for model in replaced if model in known),
        )
        standing = standing_of(entry, register, decision, now.date())
        reasons = [*standing.blocked, *_wrong_waivers(waivers, standing, now.date())]
        if share is not None:
            reasons += _no_trial(entry, share, served(catalogue, register, now.date()))
        if reasons:
            raise PromotionRefused(entry.reference, reasons)
        retired = [
            replace(decisions[model], state="retired", since=now, reason=f"replaced by {entry.reference}")
            for model in replaced
            if model in decisions
        ]
        register.write([*retired, decision])
        return standing


def _no_trial(entry: CatalogueEntry, share: float, now: Served) -> Iterator[str]:
    if not 0 < share < 1:
        yield "the share of a canary lies between 0 and 1"
    if entry.task != "translate":
        yield "only translators are tried beside another; promote it without a share"
    elif entry in now.catalogue.entries:
        yield "it serves already"
    elif not covered(entry, now.catalogue):
        yield "no model serves all of its directions, so there is nothing to try it beside"


def _wrong_waivers(waivers: Sequence[Waiver], standing: Standing, today: datetime.date) -> list[str]:
    missed = {each.metric for each in (*standing.missed, *standing.waived)}
    faults: Mapping[str, Callable[[Waiver], bool]] = {
        "cannot be waived": lambda each: each.metric in UNWAIVABLE,
        "misses nothing, so there is nothing to waive": lambda each: each.metric not in missed,
        "needs a name, a reason and a day to come": lambda each: (
            not each.by.strip() or not each.reason.strip() or each.until < today
        ),
    }
    return [f"{each.metric} {fault}" for each in waivers for fault, holds in faults.items() if holds(each)]


def _replaced(entry: CatalogueEntry, catalogue: Catalogue, decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Serving models that would have nothing left to do: earlier versions, and models for the same directions."""
    pairs = set(directions(entry))
    known = {each.reference: each for each in catalogue.entries}

    def covered(model: str) -> bool:
        other = known.get(model)
        if other is None:
            return model.startswith(f"{entry.id}@")
        return entry.task == other.task and pairs >= set(directions(other)) and _same_texts(entry, other)

    serving = [each.model for each in decisions.values() if each.state == "serving"]
    # Promoted again, with other waivers say, a model still remembers whom it replaced.
    before = decisions[entry.reference].replaced if entry.reference in serving else ()
    return (*before, *(model for model in serving if model != entry.reference and covered(model)))


def _same_texts(entry: CatalogueEntry, other: CatalogueEntry) -> bool:
    """Whether every text that the other would get reaches this model: translators do not ask for a domain."""
    if entry.task == "translate" or not entry.domains or ANY_DOMAIN in entry.domains:
        return True
    return bool(other.domains) and set(entry.domains) >= set(other.domains)


def rollback(
    model_id: str, register: Register, now: datetime.datetime, trial_since: datetime.datetime | None = None
) -> RolledBack:
    """Stop a model and let those it replaced serve again; NothingToRollBack when it does not serve, or is no longer on
    the trial that began at `trial_since`: somebody may have promoted it meanwhile."""
    with register.alone():
        decisions = register.decisions()
        running = [
            each
            for each in decisions.values()
            if each.state != "retired"
            and each.model.startswith(f"{model_id}@")
            and (trial_since is None or (each.state, each.since) == ("canary", trial_since))
        ]
        if not running:
            raise NothingToRollBack(model_id)
        newest = max(running, key=lambda each: each.since)
        former = [decisions[model] for model in newest.replaced if model in decisions]
        restored = [replace(each, state="serving", since=now, reason="") for each in former]
        register.write([replace(newest, state="retired", since=now, reason="rolled back"), *restored])
        return RolledBack(newest.model, tuple(each.model for each in restored))

"""Which licences an operator accepts: one rule for what is installed and for what is promoted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a licence is not accepted: what would be, and what to do about it."""

    fact: str
    needs: str
    fix: str


@dataclass(frozen=True, slots=True)
class Policy:
    """`licences` are all that the operator accepts; where he names none, `usual` are (none there either: every one).
    Terms that forbid commercial use need `non_commercial`, which accepts each of them that `licences` does not rule
    out."""

    licences: tuple[str, ...] = ()
    non_commercial: bool = False
    usual: tuple[str, ...] = ()

    def objection(self, licence: str, *, commercial_use: bool) -> Objection | None:
        """None for what is accepted."""
        if not commercial_use and not self.non_commercial:
            return Objection(
                "which does not allow commercial use",
                f"one of {', '.join(self.licences or self.usual or ('those that allow commercial use',))}",
                "If your use is not commercial, set MALGIL_NON_COMMERCIAL_MODELS=true for every command and process",
            )
        accepted = self.licences or (self.usual if commercial_use else ())
        if accepted and licence not in accepted:
            named = ", ".join(accepted)
            return Objection(
                f"and only {named} are accepted",
                f"one of {named}",
                "Choose another model, or set MALGIL_LICENCES to all licences that you accept, this one among them",
            )
        return None

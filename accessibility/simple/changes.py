"""What was changed, by which rule: so that a reader of the result can look, and a developer can answer for it."""

from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal["phrase", "split", "list", "abbreviation", "definition", "model"]


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are the words concerned; `rule` names what changed them, `sentence` counts from 0."""

    kind: ChangeKind
    before: str
    after: str
    rule: str
    sentence: int = 0

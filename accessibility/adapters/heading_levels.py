"""The levels of a document's headings in the page that it is put into."""

from dataclasses import dataclass

from accessibility.document import Document, walk


@dataclass(slots=True)
class Levels:
    """Maps a document's heading levels to those of the page it is put into."""

    base: int | None
    highest: int
    before: int

    @classmethod
    def of(cls, document: Document, base: int | None) -> "Levels":
        """`base` None leaves the levels as they are."""
        levels = [int(node.get("level", "2")) for node in walk(document) if node.kind == "heading"]
        return cls(base, min(levels, default=1), (base or 1) - 1)

    def next(self, level: int) -> int:
        """The level at which the next heading is written: none is skipped."""
        if self.base is None:
            return level
        self.before = min(self.base + level - self.highest, self.before + 1, 6)
        return self.before

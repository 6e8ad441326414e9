"""Formulas: MathML written anew from the elements of MathML Core, and in one line of text where no formula can stand.

The line says fractions, powers and roots so that they cannot be taken for other numbers: "1/2", "x^2", "√(a+b)". An
author's `alttext` goes before it. Annotations are another writing of the same formula, so they are no part of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from selectolax.lexbor import LexborNode

from accessibility.document import DocumentTooDeep
from accessibility.html_vocabulary import DROPPED
from accessibility.whitespace import SPACES
from locales.normalisation import normalise

_MAX_NESTED = 50

_LEAVES = frozenset({"mi", "mn", "mo", "ms", "mtext"})
_ELEMENTS = _LEAVES | {
    "math", "merror", "mfrac", "mmultiscripts", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow",
    "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtr", "munder", "munderover", "none",
}  # fmt: skip
_INSTEAD = {"semantics": "mrow", "maction": "mrow", "mfenced": "mrow", "mlabeledtr": "mtr"}
# What changes the meaning of a formula, none of which leads anywhere or runs: by the values it may have.
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "display": frozenset({"block", "inline"}), "dir": frozenset({"ltr", "rtl"}), "mathvariant": frozenset({"normal"}),
    "linethickness": frozenset({"0"}), "form": frozenset({"prefix", "infix", "postfix"}),
    **dict.fromkeys(("stretchy", "fence", "separator", "accent", "accentunder"), frozenset({"true", "false"})),
}  # fmt: skip
_INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064"))  # "applied to", "times", a comma, "plus"
_OPEN = frozenset("/^_√")
_SPACED = frozenset("=<>≤≥≠≈≡∈→⇒⇔∼")


@dataclass(frozen=True, slots=True)
class Formula:
    """`text` is what is read, `markup` the MathML."""

    text: str
    markup: str


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    text: str = ""
    children: "tuple[_Node, ...]" = ()
    attributes: tuple[tuple[str, str], ...] = ()


def read(node: LexborNode) -> Formula | None:
    """The formula of a `<math>`, None where there is nothing in it; raises DocumentTooDeep."""
    tree = _Node("math", children=_children(node, 1), attributes=_attributes(node))
    text = _clean(node.attributes.get("alttext") or "") or _clean(_said(tree))
    return Formula(text, _written(tree, f' alttext="{escape(text)}"')) if text else None


def _clean(text: str) -> str:
    return SPACES.sub(" ", normalise(text)).strip()


def _attributes(node: LexborNode) -> tuple[tuple[str, str], ...]:
    given = ((name, (value or "").strip().lower()) for name, value in node.attributes.items())
    return tuple(sorted((name, value) for name, value in given if value in _ATTRIBUTES.get(name, ())))


def _children(node: LexborNode, depth: int) -> tuple[_Node, ...]:
    if depth > _MAX_NESTED:
        raise DocumentTooDeep(_MAX_NESTED)
    found: list[_Node] = []
    child = node.child
    while child is not None:
        found += _read(child, depth)
        child = child.next
    return tuple(found)


def _read(node: LexborNode, depth: int) -> Sequence[_Node]:
    """One element; of what can be written in several ways, the first, and nothing of what is unknown."""
    if node.is_text_node:
        stray = _clean(node.text_content or "")
        return [_Node("mtext", stray)] if stray else ()
    name = (node.tag or "").lower()
    if name in _LEAVES:
        return [_Node(name, _clean(_text(node, depth)), attributes=_attributes(node))]
    if name not in _ELEMENTS and name not in _INSTEAD:
        return ()
    inside = _children(node, depth + 1)
    if name == "mfenced":
        inside = _fenced(node, inside)
    if name in ("semantics", "maction"):
        inside = inside[:1]
    return [_Node(_INSTEAD.get(name, name), children=inside, attributes=_attributes(node))]


def _text(node: LexborNode, depth: int) -> str:
    """Of a leaf, in which a page may have put any HTML."""
    if depth > _MAX_NESTED:
        raise DocumentTooDeep(_MAX_NESTED)
    said = ""
    child = node.child
    while child is not None:
        if child.is_text_node:
            said += child.text_content or ""
        elif (child.tag or "").lower() not in DROPPED:
            said += _text(child, depth + 1)
        child = child.next
    return said


def _fenced(node: LexborNode, inside: Sequence[_Node]) -> tuple[_Node, ...]:
    """MathML 3's short form, which browsers do not know: "(a, b)"."""
    given = node.attributes
    separators = [*(given.get("separators") or ",").replace(" ", "")] or [""]
    parts = [_Node("mo", _clean(given.get("open") or "("))]
    for place, each in enumerate(inside):
        if place:
            parts.append(_Node("mo", _clean(separators[min(place, len(separators)) - 1])))
        parts.append(each)
    return (*parts, _Node("mo", _clean(given.get("close") or ")")))


def _written(node: _Node, extra: str = "") -> str:
    said = "".join(f' {name}="{value}"' for name, value in node.attributes)
    inside = escape(node.text, quote=False) + "".join(map(_written, node.children))
    return f"<{node.name}{said}{extra}>{inside}</{node.name}>"


def _said(node: _Node) -> str:
    return _SAID.get(node.name, _row)(node)


def _row(node: _Node) -> str:
    if node.name in _LEAVES:
        text = node.text.translate(_INVISIBLE)
        return f" {text} " if text in _SPACED and text else text
    return _beside(map(_said, node.children))


def _beside(parts: Iterable[str]) -> str:
    """One after the other; two numbers never become one, and what follows a fraction or a power is not part of it."""
    said = last = ""
    for part in parts:
        apart = (last[-1:].isalnum() and part[:1].isdecimal()) or (part[:1].isalnum() and not _OPEN.isdisjoint(last))
        said += f" {part}" if apart else part
        last = part or last
    return said


def _group(node: _Node) -> str:
    """In brackets, unless it is one sign or one number."""
    said = _said(node).strip()
    whole = len(said) < 2 or all(character.isdecimal() or character in ".,'’" for character in said)
    return said if whole else f"({said})"


def _part(node: _Node, place: int) -> str:
    return _group(node.children[place]) if place < len(node.children) else "?"


def _fraction(node: _Node) -> str:
    over = ("linethickness", "0") in node.attributes  # two numbers above each other: not a fraction
    above, below = _part(node, 0), _part(node, 1)
    return f"({above}; {below})" if over else f"{above}/{below}"


def _base(node: _Node) -> str:
    """What a power stands on: a name is one thing, "sin^2"."""
    if not node.children:
        return "?"
    first = node.children[0]
    return _said(first).strip() if first.name in _LEAVES else _part(node, 0)


def _scripts(marks: str) -> Callable[[_Node], str]:
    def said(node: _Node) -> str:
        return _base(node) + "".join(f"{mark}{_part(node, place)}" for place, mark in enumerate(marks, 1))

    return said


def _all_scripts(node: _Node) -> str:
    """Behind the base and, after `mprescripts`, in front of it, each pair lower and upper: "^14_6 C"."""
    behind, before, side = "", "", 0
    marks = 0
    for each in node.children[1:]:
        if each.name == "mprescripts":
            side, marks = 1, 0
            continue
        written = "" if each.name == "none" or not _said(each).strip() else f"{'_^'[marks % 2]}{_group(each)}"
        before, behind = (before + written, behind) if side else (before, behind + written)
        marks += 1
    return f"{before}{' ' if before else ''}{_base(node)}{behind}"


def _root(node: _Node) -> str:
    inside = _beside(list(map(_said, node.children))).strip()
    return f"√{inside}" if inside.isdecimal() or len(inside) == 1 else f"√({inside})"


def _nth_root(node: _Node) -> str:
    return f"{_part(node, 0)}^(1/{_part(node, 1)})"


def _table(node: _Node) -> str:
    rows = [", ".join(_said(cell).strip() for cell in row.children) for row in node.children]
    return f"[{'; '.join(rows)}]"


def _silent(_node: _Node) -> str:
    return " "


_SAID: Mapping[str, Callable[[_Node], str]] = {
    "mfrac": _fraction, "msup": _scripts("^"), "msub": _scripts("_"), "msubsup": _scripts("_^"),
    "munder": _scripts("_"), "mover": _scripts("^"), "munderover": _scripts("_^"), "mmultiscripts": _all_scripts,
    "msqrt": _root, "mroot": _nth_root, "mtable": _table, "mspace": _silent, "mphantom": _silent,
}  # fmt: skip

"""Damages translations on purpose, one fault at a time, so that the recall of each check can be measured."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from accessibility.verbatim import Part, take_apart
from locales.tags import LanguageTag

# A decimal or grouped number in any digit system, save the one in "m2"; the injector's own view, not the checks'.
_NUMBER = re.compile(r"(?<!m)\d+(?:[.,٫٬]\d+)*")
_LEAST_WORDS = 4

_OTHER_SCRIPT = "Այս նախադասությունը սխալ գրով է գրված։"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A translation with one fault in it, and the finding that should say so."""

    fault: str
    expected: str
    source: str
    target: str
    tag: LanguageTag
    complete: bool = True


def inject(source: str, target: str, tag: LanguageTag) -> Iterator[Damaged]:
    """Every fault this translation has room for; none of them leaves the text as it was."""
    for fault, (expected, damage) in FAULTS.items():
        for damaged in damage(target):
            if damaged != target:
                yield Damaged(fault, expected, source, damaged, tag, complete=fault != "cut")


def _numbers(text: str) -> Iterator[re.Match[str]]:
    yield from _NUMBER.finditer(take_apart(text).rest)


def _rewrite_numbers(rewrite: Callable[[str], str]) -> Callable[[str], Iterator[str]]:
    def damage(text: str) -> Iterator[str]:
        for number in _numbers(text):
            yield text[: number.start()] + rewrite(number[0]) + text[number.end() :]

    return damage


def _ten_times(number: str) -> str:
    """The way a model does it: the decimal mark is lost or moves, or a zero is added. Nought stays nought."""
    if _is_nought(number):
        return number
    whole, mark, fraction = _decimal(number)
    if not mark:
        return number + ("٠" if "٠" <= number[-1] <= "٩" else "0")
    moved = whole + fraction[0] + (mark + fraction[1:] if fraction[1:] else "")
    return moved.lstrip("0") or number


def _tenth(number: str) -> str:
    if _is_nought(number):
        return number
    whole, mark, fraction = _decimal(number)
    if mark:
        return f"{whole[:-1] or '0'}{mark}{whole[-1]}{fraction}"
    digits = re.sub(r"\D", "", number)
    return digits[:-1] if digits[-1] in "0٠०" and len(digits) > 1 else f"{digits[:-1] or '0'},{digits[-1]}"


def _is_nought(number: str) -> bool:
    return not any(character.isdecimal() and int(character) for character in number)


def _decimal(number: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(.*\D)?(\d+)([.,٫])(\d{1,2})", number)
    return ((found[1] or "") + found[2], found[3], found[4]) if found else (number, "", "")


def _swap_digits(number: str) -> str:
    """The first two neighbours that differ change places; a number without such a pair stays."""
    found = re.search(r"(\d)(?!\1)(\d)", number)
    return number[: found.start()] + found[2] + found[1] + number[found.end() :] if found else number


def _change_digit(number: str) -> str:
    last = number[-1]
    return number[:-1] + chr(ord(last) - 1 if int(last) else ord(last) + 1)


def _without(parts: Callable[[str], tuple[Part, ...]]) -> Callable[[str], Iterator[str]]:
    def damage(text: str) -> Iterator[str]:
        for part in parts(text):
            yield text[: part.span[0]] + text[part.span[1] :]

    return damage


def _misspelt(parts: Callable[[str], tuple[Part, ...]]) -> Callable[[str], Iterator[str]]:
    def damage(text: str) -> Iterator[str]:
        for part in parts(text):
            middle = (part.span[0] + part.span[1]) // 2
            yield text[:middle] + "_" + text[middle:]

    return damage


def _loop(text: str) -> Iterator[str]:
    words = text.split()
    for length in (1, 2, 3):
        phrase = [word for word in words if word.strip(".,:;()").isalpha()][:length]
        if len(phrase) == length:
            yield " ".join([*words, *phrase * 5])


def _cut(text: str) -> Iterator[str]:
    words = text.split()
    if len(words) >= _LEAST_WORDS:
        yield " ".join(words[: len(words) // 2])


FAULTS: Mapping[str, tuple[str, Callable[[str], Iterator[str]]]] = {
    "drop number": ("number_mismatch", _rewrite_numbers(lambda _: "")),
    "number × 10": ("number_mismatch", _rewrite_numbers(_ten_times)),
    "number ÷ 10": ("number_mismatch", _rewrite_numbers(_tenth)),
    "swap digits": ("number_mismatch", _rewrite_numbers(_swap_digits)),
    "change digit": ("number_mismatch", _rewrite_numbers(_change_digit)),
    "repeat number": ("number_mismatch", _rewrite_numbers(lambda number: f"{number} / {number}")),
    "drop link": ("link_mismatch", _without(lambda text: take_apart(text).links)),
    "break link": ("link_mismatch", _misspelt(lambda text: take_apart(text).links)),
    "drop e-mail": ("email_mismatch", _without(lambda text: take_apart(text).emails)),
    "break e-mail": ("email_mismatch", _misspelt(lambda text: take_apart(text).emails)),
    "drop placeholder": ("placeholder_mismatch", _without(lambda text: take_apart(text).placeholders)),
    "break placeholder": ("placeholder_mismatch", _misspelt(lambda text: take_apart(text).placeholders)),
    "loop": ("repetition", _loop),
    "cut": ("cut_off", _cut),
    "lost": ("length_ratio", lambda _: iter(("—",))),
    "wrong script": ("wrong_script", lambda _: iter((_OTHER_SCRIPT,))),
}

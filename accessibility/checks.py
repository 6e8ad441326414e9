"""The run-time checks of the meaning guard: does a translation still say the same numbers, dates, codes and links?

They compare one segment with its translation and know no words but the names of the months, of all languages at once,
so they serve every direction alike.
They find damage, not quality: a text that passes may still be a bad translation. Time is linear in the text.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from accessibility import codes, date_mentions, times
from accessibility.findings import CHECKS, Finding, Outcome, Report, Severity, Span, merge, shift
from accessibility.numbers import ascii_digits, mismatches
from accessibility.repetition import loops
from accessibility.scripts import census, members, room
from accessibility.verbatim import differences, take_apart
from locales.languages import language
from locales.tags import LanguageTag

__all__ = ["CHECKS", "Finding", "Outcome", "Report", "Severity", "Span", "check", "merge", "shift", "version"]

# Length of the target for each code point of the source, after allowing for the room each script needs.
_LENGTH_BAND = (0.4, 2.5)
_LENGTH_LETTERS = 20  # shorter segments vary more than any band: "Sí" is "Yes" is "Of course"
_SCRIPT_LETTERS = 4
_SCRIPT_SHARE = 0.5
_COPY_WORDS = 4
_DIGIT = re.compile(r"\d")

Findings = tuple[Finding, ...]
Census = Counter[str | None]

# What `check` is made of, for its version.
_CODE = (
    *("checks", "codes", "date_mentions", "findings", "matching", "numbers", "phrases", "readings", "repetition"),
    *("scripts", "times", "verbatim"),
)


@cache
def version() -> str:
    """Differs when the code of `check` does: reports of another version are not ours."""
    texts = (files("accessibility").joinpath(f"{name}.py").read_bytes() for name in _CODE)
    names = (files("locales").joinpath(name).read_bytes() for name in ("months.json", "months.py"))
    return hashlib.sha256(b"".join((*texts, *names))).hexdigest()[:12]


def check(source: str, target: str, target_tag: LanguageTag, *, complete: bool) -> Report:
    """Compare a segment with its translation; `complete` is whether the model ended the segment by itself."""
    whole = (0, len(source))
    ours, theirs = take_apart(source), take_apart(target)
    exact, given = ours.rest, theirs.rest
    if counted := _DIGIT.search(exact) is not None:
        exact, given = ascii_digits(exact), ascii_digits(given)
    mine, written = census(source), census(target)
    findings: Mapping[str, Findings | None] = {
        "numbers": mismatches(ours.rest, theirs.rest),
        "dates": date_mentions.mismatches(exact, given, target_tag),
        "times": times.mismatches(exact, given) if counted else (),
        "codes": codes.mismatches(exact, given) if counted else (),
        "links": differences(ours.links, theirs.links, "link_mismatch", whole),
        "emails": differences(ours.emails, theirs.emails, "email_mismatch", whole),
        "placeholders": differences(ours.placeholders, theirs.placeholders, "placeholder_mismatch", whole),
        "length": _length(source, target, mine, written),
        "repetition": _found(loops(target) and not loops(source), Finding("repetition", "medium", whole)),
        "script": _script(ours.rest, theirs.rest, written, language(target_tag).script, whole),
        "copy": _found(_is_copy(source, target), Finding("not_translated", "low", whole)),
        "cut_off": _found(not complete, Finding("cut_off", "high", whole)),
    }
    return Report(
        {name: _outcome(findings[name]) for name in CHECKS},
        tuple(finding for found in findings.values() for finding in found or ()),
    )


def _outcome(found: Findings | None) -> Outcome:
    if found is None:
        return "not_available"
    return "fail" if found else "pass"


def _found(wrong: bool, finding: Finding) -> Findings:
    return (finding,) if wrong else ()


def _length(source: str, target: str, mine: Census, theirs: Census) -> Findings:
    finding = Finding("length_ratio", "medium", (0, len(source)))
    if mine.total() < _LENGTH_LETTERS or not theirs:
        return _found(bool(mine) and not theirs, finding)
    ratio = (len(target) / room(theirs)) / (len(source) / room(mine))
    shortest, longest = _LENGTH_BAND
    return _found(not shortest <= ratio <= longest, finding)


def _script(source: str, target: str, written: Census, script: str, whole: Span) -> Findings | None:
    """None where we cannot tell the script's letters. Words copied from the source (names, quotes) do not count."""
    expected = members(script)
    if not expected:
        return None
    if written.keys() <= expected:
        return ()
    copied = set(source.split())
    letters = census("".join(word for word in target.split() if word not in copied))
    right = sum(letters[each] for each in expected)
    wrong = letters.total() >= _SCRIPT_LETTERS and right < _SCRIPT_SHARE * letters.total()
    return _found(wrong, Finding("wrong_script", "high", whole))


def _is_copy(source: str, target: str) -> bool:
    words = source.split()
    return words == target.split() and sum(any(map(str.isalpha, word)) for word in words) >= _COPY_WORDS

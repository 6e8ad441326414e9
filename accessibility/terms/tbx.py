"""Terms as TBX: ISO 30042 of 2019 (`conceptEntry`) and of 2008 (`termEntry`) are read, that of 2008 is written, which
OmegaT, Weblate and the Translate Toolkit read.

A concept's first term of the target language is the term, further ones are right as well; each term of the source
language is a term of its own. What is deprecated or superseded is left out.
"""

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from accessibility.terms.files import LANG, PairMissing, elements, language_of, local, same
from accessibility.terms.glossary import Term
from locales.tags import LanguageTag

_CONCEPTS = ("conceptEntry", "termEntry")
_LANGUAGES = ("langSec", "langSet")
_GROUPS = ("termSec", "tig", "ntig")
_OURS = "x-malgil-"
_FLAGS = (("case_sensitive", False), ("whole_word", True), ("translate", True))
_GONE = re.compile(r"deprecated|superseded|obsolete", re.IGNORECASE)


def read(content: bytes, source: LanguageTag, target: LanguageTag) -> list[Term]:
    """Terms in the order of the file; PairMissing where no concept has both languages."""
    terms: list[Term] = []
    there: set[LanguageTag] = set()
    for concept in elements(content, *_CONCEPTS):
        found = [(language_of(each), each) for each in concept.iter() if local(each) in _LANGUAGES]
        there.update(tag for tag, _ in found if tag)
        terms += _terms(
            concept,
            [text for tag, each in found if same(tag, source) for text in _texts(each)],
            [text for tag, each in found if same(tag, target) for text in _texts(each)],
        )
    if not terms:
        raise PairMissing(frozenset(there))
    return terms


def _terms(concept: Element, sources: Sequence[str], targets: Sequence[str]) -> Iterator[Term]:
    said = {each.get("type", ""): (each.text or "").strip() for each in concept.iter() if local(each) == "admin"}
    flags = {name: said.get(_OURS + name, str(usual)).lower() == "true" for name, usual in _FLAGS}
    own = (concept.get("id") or "").strip()
    for place, text in enumerate(sources if targets else ()):
        named = own if place == 0 or not own else f"{own}.{place + 1}"
        yield Term(named, text, targets[0], **flags, also=tuple(targets[1:]))


def _texts(language: Element) -> Iterator[str]:
    for group in language.iter():
        if local(group) in _GROUPS and not any(
            local(note) == "termNote" and _GONE.match(note.text or "") for note in group.iter()
        ):
            yield from ("".join(each.itertext()).strip() for each in group.iter() if local(each) == "term")


def write(terms: Sequence[Term], source: LanguageTag, target: LanguageTag) -> str:
    """A TBX-Basic file of 2008: one concept a term, its options as `admin` where they are not the usual ones."""
    name = LANG.rpartition("}")[2]
    concepts = "".join(
        _concept(term, f"xml:{name}={quoteattr(source)}", f"xml:{name}={quoteattr(target)}") for term in terms
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">\n'
        f'<martif type="TBX-Basic" xml:lang={quoteattr(source)}>\n'
        "<martifHeader><fileDesc><sourceDesc><p>Malgil</p></sourceDesc></fileDesc></martifHeader>\n"
        f"<text><body>\n{concepts}</body></text>\n</martif>\n"
    )


def _concept(term: Term, source: str, target: str) -> str:
    options = "".join(
        f'<admin type="{_OURS}{name}">{str(getattr(term, name)).lower()}</admin>'
        for name, usual in _FLAGS
        if getattr(term, name) != usual
    )
    rights = "".join(f"<tig><term>{escape(each)}</term></tig>" for each in term.wordings)
    return (
        f"<termEntry id={quoteattr(term.id)}>{options}"
        f"<langSet {source}><tig><term>{escape(term.source)}</term></tig></langSet>"
        f"<langSet {target}>{rights}</langSet></termEntry>\n"
    )

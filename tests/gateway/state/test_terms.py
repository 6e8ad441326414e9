"""Glossaries, memories and suggestions in the database: each version stays, each tenant sees its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from accessibility.terms.glossary import Term
from accessibility.terms.memory import Unit
from gateway.state import feedback, glossaries, memory, tenants
from gateway.state.database import Database
from gateway.state.feedback import Decision, Suggestion
from gateway.state.glossaries import NewGlossary
from gateway.state.memory import Pair, Revision
from gateway.state.tenants import Tenant
from locales.tags import LanguageTag

ES, AN, QU = LanguageTag("es"), LanguageTag("an"), LanguageTag("qu")
ES_AN = Pair(ES, AN)
WATER = NewGlossary("agua", ES, AN, (Term("t1", "agua", "augua", also=("auguas",)), Term("t2", "ጤና", "e\u0301")))


@pytest.fixture(autouse=True)
def organisations(database: Database) -> None:
    with database.writing() as connection:
        for name in ("clinic", "school"):
            connection.execute(tenants.TENANTS.insert().values(id=name, created_s=0, shares_cache=False))


def test_every_version_of_a_glossary_stays_as_it_was(database: Database) -> None:
    with database.writing() as connection:
        first = glossaries.create(connection, "clinic", WATER, 5, 1)
        assert first.terms == WATER.terms
        more = replace(WATER, terms=(*WATER.terms, Term("t3", "luz", "lum")))
        second = glossaries.revise(connection, "clinic", first.id, lambda _: more, 10, 2)
        assert second is not None
        assert (second.reference, second.terms) == (f"{first.id}@2", more.terms)
    with database.reading() as connection:
        assert glossaries.read(connection, "clinic", first.id) == second
        assert glossaries.read(connection, "clinic", first.id, 1) == first
        assert glossaries.read(connection, "clinic", first.id, 3) is None
        [listed] = glossaries.listed(connection, "clinic")
        assert listed == glossaries.look(connection, "clinic", first.id)
        assert (listed.version, listed.count, listed.created_s) == (2, 3, 2)
        assert glossaries.versions(connection, "clinic", first.id) == [2, 1]


def test_another_tenant_finds_no_glossary(database: Database) -> None:
    with database.writing() as connection:
        made = glossaries.create(connection, "clinic", WATER, 5, 1)
        assert glossaries.read(connection, "school", made.id) is None
        assert glossaries.look(connection, "school", made.id, 1) is None
        assert glossaries.listed(connection, "school") == []
        assert glossaries.revise(connection, "school", made.id, lambda _: WATER, 5, 1) is None
        assert not glossaries.remove(connection, "school", made.id)
        assert glossaries.remove(connection, "clinic", made.id)
        assert glossaries.listed(connection, "clinic") == []


def test_a_tenant_has_so_many_glossaries_and_versions(database: Database) -> None:
    with database.writing() as connection:
        made = glossaries.create(connection, "clinic", WATER, 1, 1)
        with pytest.raises(glossaries.Full):
            glossaries.create(connection, "clinic", WATER, 1, 1)
        for _ in range(3):
            glossaries.revise(connection, "clinic", made.id, lambda _: WATER, 2, 1)
        assert glossaries.versions(connection, "clinic", made.id) == [4, 3]


UNITS = [Unit("Cerrado.", "Zarrau."), Unit("مكتبة", "biblioteca", "Equipo", datetime(2026, 1, 2, tzinfo=UTC))]


def test_a_memory_is_looked_up_by_whole_texts_of_its_pair_and_tenant(database: Database) -> None:
    with database.writing() as connection:
        assert memory.put(connection, "clinic", ES_AN, UNITS, 10, 7) == 2
        found = memory.look_up(connection, "clinic", ES_AN, ["Cerrado.", "مكتبة", "Cerrado"])
        assert {source: each.unit for source, each in found.items()} == {
            "Cerrado.": UNITS[0],
            "مكتبة": UNITS[1],
        }
        assert memory.look_up(connection, "school", ES_AN, ["Cerrado."]) == {}
        assert memory.look_up(connection, "clinic", Pair(ES, QU), ["Cerrado."]) == {}
        assert memory.pairs(connection, "clinic") == {ES_AN: 2}
        assert memory.pairs(connection, "school") == {}
        assert [each.unit for each in memory.export(connection, "clinic", ES_AN, reviewed=True)] == [UNITS[1]]


def test_the_newest_stands_but_never_in_place_of_what_was_reviewed(database: Database) -> None:
    def target(source: str) -> str:
        return memory.look_up(connection, "clinic", ES_AN, [source])[source].target

    with database.writing() as connection:
        memory.put(connection, "clinic", ES_AN, UNITS, 10, 7)
        later = [Unit("Cerrado.", "Trancau."), Unit("مكتبة", "x")]
        assert memory.put(connection, "clinic", ES_AN, later, 10, 8) == 1
        assert (target("Cerrado."), target("مكتبة")) == ("Trancau.", "biblioteca")
        memory.put(connection, "clinic", ES_AN, [Unit("مكتبة", "y", "Ana")], 10, 9)
        assert target("مكتبة") == "y"
        twice = [Unit("dos", "a"), Unit("dos", "b")]
        memory.put(connection, "clinic", ES_AN, twice, 10, 9)
        assert target("dos") == "b"


def test_a_memory_beyond_its_limit_stays_as_it_was(database: Database) -> None:
    with pytest.raises(memory.Full), database.writing() as connection:
        memory.put(connection, "clinic", ES_AN, UNITS, 1, 7)
    with database.reading() as connection:
        assert memory.pairs(connection, "clinic") == {}


def test_each_change_is_a_revision_of_its_tenant_only(database: Database) -> None:
    with database.writing() as connection:
        memory.put(connection, "clinic", ES_AN, UNITS, 10, 7)
        [first, _] = memory.export(connection, "clinic", ES_AN)
        assert memory.revisions(connection) == {"clinic": Revision(1, 2)}
        assert not memory.remove(connection, "school", first.id)
        assert memory.remove(connection, "clinic", first.id)
        assert memory.clear(connection, "clinic", ES_AN) == 1
        assert memory.clear(connection, "clinic", ES_AN) == 0
        assert memory.revisions(connection) == {"clinic": Revision(3, 0)}


SUGGESTION = Suggestion(ES_AN, "Cerrado.", "Zarrau.", "wrong")


def test_a_suggestion_is_decided_once_and_seen_by_its_tenant(database: Database) -> None:
    with database.writing() as connection:
        made = feedback.put(connection, "clinic", SUGGESTION, 5, 1)
        assert feedback.waiting(connection, "clinic", 5) == [made]
        assert feedback.waiting(connection, "school", 5) == []
        assert feedback.read(connection, "school", made.ticket) is None
        no = Decision("rejected", "Ana", "", "no es eso")
        assert not feedback.decide(connection, "school", made.ticket, no, 2)
        assert feedback.decide(connection, "clinic", made.ticket, no, 2)
        assert not feedback.decide(connection, "clinic", made.ticket, replace(no, state="accepted"), 3)
        found = feedback.read(connection, "clinic", made.ticket)
        assert found is not None
        assert (found.state, found.reason, found.suggestion.source) == ("rejected", "no es eso", "")
        assert feedback.waiting(connection, "clinic", 5) == []


def test_so_many_suggestions_wait(database: Database) -> None:
    with database.writing() as connection:
        feedback.put(connection, "clinic", SUGGESTION, 1, 1)
        with pytest.raises(feedback.Full):
            feedback.put(connection, "clinic", SUGGESTION, 1, 1)
        feedback.put(connection, "school", SUGGESTION, 1, 1)


def test_the_public_is_a_tenant_too(database: Database) -> None:
    with database.writing() as connection:
        assert glossaries.create(connection, Tenant("public").id, WATER, 5, 1).version == 1

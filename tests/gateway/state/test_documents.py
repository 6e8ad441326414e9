"""Jobs in the database: whose they are, who works on them, and what becomes of them when nobody does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection

from gateway.state import documents, tenants
from gateway.state.database import Database
from gateway.state.documents import DocumentJob
from gateway.state.tenants import ApiKey, Tenant
from locales.tags import LanguageTag


def job(number: int, tenant: str = "public", **given: object) -> DocumentJob:
    made = DocumentJob(
        tenant, f"{number:032x}", "docx", LanguageTag("es"), LanguageTag("an"), 1000, 100 + number, 10_000, tenant
    )
    return replace(made, **given)  # type: ignore[arg-type]


@pytest.fixture
def kept(database: Database) -> Database:
    """With a second tenant."""
    with database.writing() as connection:
        tenants.create(connection, ApiKey("k", Tenant("other"), "", b"", (), None, None, 1, None, None))
    return database


def kept_job(connection: Connection, made: DocumentJob) -> None:
    documents.create(connection, made, 10)


def test_a_job_is_found_by_its_tenant_only(kept: Database) -> None:
    with kept.writing() as connection:
        kept_job(connection, job(1))
        assert documents.find(connection, "public", job(1).id) == job(1)
        assert documents.find(connection, "other", job(1).id) is None
        assert not documents.remove(connection, "other", job(1).id)
        assert documents.remove(connection, "public", job(1).id)
        assert documents.find(connection, "public", job(1).id) is None


def test_a_job_is_taken_once_and_again_when_its_runner_is_silent(kept: Database) -> None:
    with kept.writing() as connection:
        kept_job(connection, job(1))
        taken = documents.claim(connection, "first", 200, 220)
        assert taken is not None
        assert taken.state == "translating"
        assert documents.claim(connection, "second", 219, 240) is None
        assert documents.progress(connection, taken, "first", 500, 240)
        assert documents.claim(connection, "second", 239, 260) is None
        assert documents.claim(connection, "second", 240, 260) is not None
        assert not documents.progress(connection, taken, "first", 600, 300)
        assert not documents.finish(connection, taken, "first", now_s=250, expires_s=300)
        assert documents.finish(connection, taken, "second", now_s=250, expires_s=300, warnings={"cut_off": 2})
        done = documents.find(connection, "public", taken.id)
        assert done is not None
        assert (done.state, done.percent, done.warnings, done.expires_s) == ("done", 100, {"cut_off": 2}, 300)
        assert documents.claim(connection, "third", 1000, 1020) is None


def test_who_goes_on_with_a_job_says_how_far_it_was_and_counts_only_its_own_pace(kept: Database) -> None:
    with kept.writing() as connection:
        kept_job(connection, job(1))
        taken = documents.claim(connection, "first", 200, 220)
        assert taken is not None
        assert documents.progress(connection, taken, "first", 600, 220)
        again = documents.claim(connection, "second", 500, 520)
        assert again is not None
        assert (again.percent, again.translated, again.resumed, again.seconds_left(510)) == (60, 600, 600, None)
        assert documents.progress(connection, again, "second", 700, 520, 600)
        told = documents.find(connection, "public", again.id)
        assert told is not None
        assert told.seconds_left(510) == 30


def test_a_tenant_has_no_more_jobs_than_it_may(kept: Database) -> None:
    with kept.writing() as connection:
        documents.create(connection, job(1), 1)
        with pytest.raises(documents.Full):
            documents.create(connection, job(2), 1)
        documents.create(connection, job(3, "other"), 1)
        taken = documents.claim(connection, "first", 200, 220)
        assert taken is not None
        assert documents.finish(connection, taken, "first", now_s=250, expires_s=300)
        documents.create(connection, job(4), 1)


def test_whether_segments_may_be_cached_is_kept(kept: Database) -> None:
    with kept.writing() as connection:
        kept_job(connection, job(1, kept=False))
        kept_job(connection, job(2))
        found = [documents.find(connection, "public", job(number).id) for number in (1, 2)]
        assert [each.kept for each in found if each] == [False, True]
        connection.execute(documents.DOCUMENTS.update().values(kept=None))  # as a release before left them
        of_before = documents.find(connection, "public", job(1).id)
        assert of_before is not None
        assert of_before.kept


def test_a_job_given_back_is_taken_at_once(kept: Database) -> None:
    with kept.writing() as connection:
        kept_job(connection, job(1))
        taken = documents.claim(connection, "first", 200, 220)
        assert taken is not None
        documents.give_back(connection, taken, "first")
        assert documents.claim(connection, "second", 201, 220) is not None


def test_tenants_take_turns_and_the_oldest_comes_first(kept: Database) -> None:
    with kept.writing() as connection:
        for made in (job(1), job(2), job(3, "other"), job(4)):
            kept_job(connection, made)
        taken = [documents.claim(connection, "runner", 200, 300) for _ in range(4)]
        assert [each.id for each in taken if each] == [job(number).id for number in (1, 3, 2, 4)]
        assert documents.unfinished(connection, "public") == 3
        assert documents.unfinished(connection, "other") == 1


def test_what_has_expired_is_removed_whatever_its_state(kept: Database) -> None:
    with kept.writing() as connection:
        kept_job(connection, job(1, expires_s=150))
        kept_job(connection, job(2, expires_s=250))
        assert documents.remove_expired(connection, 200) == [job(1).id]
        assert documents.known(connection, [job(1).id, job(2).id]) == {job(2).id}


def test_how_long_a_job_takes_is_said_once_it_is_known() -> None:
    assert job(1).seconds_left(200) is None
    assert job(1, begun_s=100).seconds_left(200) is None
    assert job(1, begun_s=100, translated=250).seconds_left(100) is None
    assert job(1, begun_s=100, translated=250).seconds_left(200) == 300
    assert job(1, begun_s=100, translated=250, state="failed").seconds_left(200) == 0
    assert job(1, translated=1000).percent == 99
    assert job(1, characters=0).percent == 0

"""Jobs that translate documents: who asked, how far they are, who works on them. Files and their names are on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from gateway.state.schema import METADATA, tenant_column
from gateway.state.tenants import TENANTS
from locales.tags import LanguageTag

State = Literal["queued", "translating", "done", "failed"]
UNFINISHED: tuple[State, ...] = get_args(State)[:2]

DOCUMENTS = Table(
    "documents",
    METADATA,
    tenant_column(primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("cache", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("form", String(16), nullable=False),
    Column("source", String(64), nullable=False),
    Column("target", String(64), nullable=False),
    Column("characters", BigInteger, nullable=False),
    Column("translated", BigInteger, nullable=False),
    Column("warnings", Text, nullable=False),
    Column("error", String(64)),
    Column("created_s", BigInteger, nullable=False),
    Column("begun_s", BigInteger),
    Column("finished_s", BigInteger),
    Column("expires_s", BigInteger, nullable=False),
    Column("runner", String(32)),
    Column("leased_until_s", BigInteger, nullable=False),
    Column("glossary", String(64)),
    Column("memory", Boolean(create_constraint=False)),
    Column("counts", Text),
    Column("resumed", BigInteger),
    Column("kept", Boolean(create_constraint=False)),
    Index("ix_documents_state", "state", "leased_until_s"),
    Index("ix_documents_expires_s", "expires_s"),
)


@dataclass(frozen=True, slots=True)
class DocumentJob:
    """`cache`: the tenant whose cached segments it uses. `translated` of `characters` are done. `warnings`: how often
    each check failed. `error`: the code of what ended it. `glossary`: `id@version`, or empty. `memory`: whether that of
    the tenant answers. `counts`: what became of both, by `texts.COUNTS`. `resumed`: how many characters were translated
    when its runner began. `kept`: whether its segments may be cached."""

    tenant: str
    id: str
    form: str
    source: LanguageTag
    target: LanguageTag
    characters: int
    created_s: int
    expires_s: int
    cache: str
    state: State = "queued"
    translated: int = 0
    warnings: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    begun_s: int | None = None
    finished_s: int | None = None
    glossary: str = ""
    memory: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    resumed: int = 0
    kept: bool = True

    @property
    def finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def percent(self) -> int:
        """100 only when the file is there."""
        if self.state == "done":
            return 100
        return min(99, 100 * self.translated // max(1, self.characters))

    def seconds_left(self, now_s: int) -> int | None:
        """At the pace of its runner so far; None while there is none."""
        if self.finished:
            return 0
        done = self.translated - self.resumed
        if self.begun_s is None or done <= 0 or now_s <= self.begun_s:
            return None
        return max(1, (now_s - self.begun_s) * (self.characters - self.translated) // done)


class Full(Exception):
    """A tenant has as many unfinished jobs as it may."""


def create(connection: Connection, job: DocumentJob, most: int) -> None:
    """Raises Full; of callers at the same moment one waits for the other."""
    connection.execute(select(TENANTS.c.id).where(TENANTS.c.id == job.tenant).with_for_update(key_share=True))
    if unfinished(connection, job.tenant) >= most:
        raise Full
    row = {
        "tenant": job.tenant, "id": job.id, "cache": job.cache, "state": job.state, "form": job.form,
        "source": job.source, "target": job.target, "characters": job.characters, "translated": 0, "warnings": "{}",
        "created_s": job.created_s, "expires_s": job.expires_s, "leased_until_s": 0, "glossary": job.glossary,
        "memory": job.memory, "kept": job.kept,
    }  # fmt: skip
    connection.execute(insert(DOCUMENTS).values(row))


def find(connection: Connection, tenant: str, job_id: str) -> DocumentJob | None:
    """The job, when it is this tenant's."""
    row = connection.execute(select(DOCUMENTS).where(_one(tenant, job_id))).first()
    return None if row is None else _job(row)


def unfinished(connection: Connection, tenant: str) -> int:
    """How many jobs of a tenant wait or run."""
    waiting = select(DOCUMENTS.c.id).where(DOCUMENTS.c.tenant == tenant, DOCUMENTS.c.state.in_(UNFINISHED))
    return len(connection.execute(waiting).all())


def claim(connection: Connection, runner: str, now_s: int, until_s: int) -> DocumentJob | None:
    """A job that nobody works on, of the tenant with the fewest running ones, the oldest first; it is the runner's
    until then. One whose runner died is nobody's once its time is over."""
    open_jobs = connection.execute(
        select(DOCUMENTS).where(DOCUMENTS.c.state.in_(UNFINISHED)).order_by(DOCUMENTS.c.created_s, DOCUMENTS.c.id)
    ).all()
    running = Counter(row.tenant for row in open_jobs if row.leased_until_s > now_s)
    free = sorted((row for row in open_jobs if row.leased_until_s <= now_s), key=lambda row: running[row.tenant])
    for row in free:
        taken = connection.execute(
            update(DOCUMENTS)
            # Another process may have been faster where writers do not wait for one another.
            .where(_one(row.tenant, row.id), DOCUMENTS.c.leased_until_s == row.leased_until_s)
            .values(
                state="translating",
                runner=runner,
                leased_until_s=until_s,
                begun_s=now_s,
                resumed=DOCUMENTS.c.translated,
            )
        )
        if taken.rowcount:
            return find(connection, row.tenant, row.id)
    return None


def progress(
    connection: Connection, job: DocumentJob, runner: str, translated: int, until_s: int, resumed: int = 0
) -> bool:
    """How far its runner is, and from where it went on; False when the job is no longer the runner's, or no longer
    there."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(_one(job.tenant, job.id), DOCUMENTS.c.runner == runner, DOCUMENTS.c.state == "translating")
        .values(translated=translated, resumed=resumed, leased_until_s=until_s)
    )
    return bool(done.rowcount)


def give_back(connection: Connection, job: DocumentJob, runner: str) -> None:
    """Somebody else may go on with it at once."""
    connection.execute(
        update(DOCUMENTS)
        .where(_one(job.tenant, job.id), DOCUMENTS.c.runner == runner, DOCUMENTS.c.state == "translating")
        .values(leased_until_s=0)
    )


def finish(
    connection: Connection,
    job: DocumentJob,
    runner: str,
    *,
    now_s: int,
    expires_s: int,
    error: str | None = None,
    warnings: Mapping[str, int] | None = None,
    counts: Mapping[str, int] | None = None,
) -> bool:
    """Done, or failed with the code of an error; False when the job is no longer the runner's."""
    done = connection.execute(
        update(DOCUMENTS)
        .where(_one(job.tenant, job.id), DOCUMENTS.c.runner == runner, DOCUMENTS.c.state == "translating")
        .values(
            state="failed" if error else "done",
            error=error,
            warnings=msgspec.json.encode(warnings or {}).decode(),
            counts=msgspec.json.encode(counts or {}).decode(),
            finished_s=now_s,
            expires_s=expires_s,
            leased_until_s=0,
        )
    )
    return bool(done.rowcount)


def remove(connection: Connection, tenant: str, job_id: str) -> bool:
    """False when this tenant has no such job."""
    return bool(connection.execute(delete(DOCUMENTS).where(_one(tenant, job_id))).rowcount)


def remove_expired(connection: Connection, now_s: int) -> list[str]:
    """The ids of the jobs that are gone with this."""
    gone = [row.id for row in connection.execute(select(DOCUMENTS.c.id).where(DOCUMENTS.c.expires_s <= now_s))]
    connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.expires_s <= now_s))
    return gone


def known(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of these ids that belong to a job."""
    found = connection.execute(select(DOCUMENTS.c.id).where(DOCUMENTS.c.id.in_(ids)))
    return {row.id for row in found}


def _one(tenant: str, job_id: str) -> Any:
    return (DOCUMENTS.c.tenant == tenant) & (DOCUMENTS.c.id == job_id)


def _job(row: Any) -> DocumentJob:
    return DocumentJob(
        tenant=row.tenant,
        id=row.id,
        form=row.form,
        source=LanguageTag(row.source),
        target=LanguageTag(row.target),
        characters=row.characters,
        created_s=row.created_s,
        expires_s=row.expires_s,
        cache=row.cache,
        state=row.state,
        translated=row.translated,
        warnings=msgspec.json.decode(row.warnings, type=dict[str, int]),
        error=row.error,
        begun_s=row.begun_s,
        finished_s=row.finished_s,
        # Jobs of releases before have none of these.
        glossary=row.glossary or "",
        memory=bool(row.memory),
        counts=msgspec.json.decode(row.counts or "{}", type=dict[str, int]),
        resumed=row.resumed or 0,
        kept=row.kept is not False,
    )

"""Durable state: what must outlive every process, from tenants and keys to usage. Redis stays cache and queue.

One database: a SQLite file in the data folder, or whatever `MALGIL_DATABASE_URL` names (PostgreSQL with the extra
`postgresql`). SQLAlchemy Core with blocking connections, from asynchronous code in a thread: nothing here is on the
fast path. How to use it:

A table
    A module of this package with its `Table`s on `schema.METADATA` and the functions that read and write them, each
    with a `Connection` as first argument. Every row belongs to a tenant: `schema.tenant_column()` is the first column
    of its primary key or has an index, and every function that takes an id takes the tenant too and filters by both.
    Times are Unix seconds (`BigInteger`, name ends in `_s`). The module is named in `schema.MODULES`.

A migration
    `migrations/versions/AREA_N.py`, hand-written, with `revision = "AREA_N"`. Each area is a branch of its own, so two
    people never wait for each other's number: the first has `down_revision = None` and `depends_on = "tenants_1"`,
    the next `down_revision = "AREA_1"`. Applied at start, all or none, under a lock. A test compares the result with
    the tables (`tests/gateway/state/test_migration.py`).

A transaction
    await database.write(glossaries.put, tenant, glossary)     # in a route: runs `put(connection, tenant, glossary)`
    await database.read(glossaries.listed, tenant)
    with database.writing() as connection: …                   # in a thread or a command
    One call is one transaction: it is done whole or not at all. A database that is away raises StateUnavailable (503).

In a route
    caller: Annotated[Caller, Depends(may("glossaries"))]      # raises 401 and 403; caller.tenant.id
    service.database                                           # Parts.database
    A new kind of work is a row of `callers.SCOPES`; a new route a row of the matrix in tests/gateway/test_tenants.py.

In a command
    database = terminal.database_of(settings)                  # ends the command with a sentence when there is none
"""

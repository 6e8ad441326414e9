"""The admin API: keys, tenants and usage, on an address of its own and behind a token of its own.

Whoever holds the token may make keys for everyone, so it runs only where a token was set, on loopback unless
`MALGIL_ADMIN_API_HOST` says otherwise, and shares no port with what the public reaches.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, FastAPI, Query, Request

from gateway import description, problems
from gateway.api_keys import KeyHash, new_key
from gateway.description import problem_answers
from gateway.errors import KeyRequired, KeyUnknown, NotFound
from gateway.listening import listen
from gateway.logs import log
from gateway.middleware import Envelope, JsonByDefault
from gateway.schemas.problems import Problem
from gateway.schemas.tenants import (
    MOST_DAYS,
    AccountsResponse,
    KeyInfo,
    KeyRequest,
    KeysResponse,
    NewKeyResponse,
    TenantChange,
    TenantInfo,
    TenantsResponse,
)
from gateway.serving import run
from gateway.settings import PREFIX, Settings, SettingsInvalid
from gateway.state import tenants, usage
from gateway.state.database import Database
from gateway.state.tenants import Tenant
from gateway.wire.tenants import accounts, key_info


async def _holds_token(request: Request) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise KeyRequired
    if not hmac.compare_digest(_digest(given.strip()), request.app.state.token):
        raise KeyUnknown


async def _database(request: Request) -> Database:
    return cast(Database, request.app.state.database)


Kept = Annotated[Database, Depends(_database)]

router = APIRouter(
    prefix="/admin/v1",
    tags=["admin"],
    dependencies=[Depends(_holds_token)],
    responses=problem_answers(401, 503),
)


@router.post("/keys", status_code=201, responses=problem_answers(400, 422))
async def create_key(body: KeyRequest, request: Request, database: Kept) -> NewKeyResponse:
    """Make a key; this answer is the only place where it is ever told."""
    made = new_key(
        request.app.state.hashed,
        Tenant(body.tenant),
        body.name,
        body.scopes,
        requests_per_minute=body.requests_per_minute,
        characters_per_day=body.characters_per_day,
        now_s=round(time.time()),
        days=body.days,
    )
    await database.write(tenants.create, made.key)
    log().info("key_created", key=made.key.id, tenant=body.tenant)
    return NewKeyResponse(key=made.written, info=key_info(made.key))


@router.get("/keys")
async def list_keys(database: Kept, tenant: str | None = None) -> KeysResponse:
    """All keys, or those of a tenant, with when they end and whether they were revoked."""
    return KeysResponse(keys=[key_info(key) for key in await database.read(tenants.keys, tenant)])


@router.delete("/keys/{key_id}", responses=problem_answers(404))
async def revoke_key(key_id: str, database: Kept) -> KeyInfo:
    """Revoke a key for good; every API process refuses it within seconds."""
    key = await database.write(tenants.revoke, key_id)
    if key is None:
        raise NotFound
    log().info("key_revoked", key=key.id, tenant=key.tenant.id)
    return key_info(key)


@router.get("/tenants")
async def list_tenants(database: Kept) -> TenantsResponse:
    """Who has had a key, and whether they share the cache of the public."""
    found = await database.read(tenants.tenants)
    return TenantsResponse(tenants=[TenantInfo(id=each.id, shares_cache=each.shares_cache) for each in found])


@router.patch("/tenants/{tenant}", responses=problem_answers(400, 404, 422))
async def change_tenant(tenant: str, body: TenantChange, database: Kept) -> TenantInfo:
    """Say whether a tenant shares cached translations with the public."""
    changed = await database.write(tenants.share_cache, tenant, body.shares_cache)
    if changed is None:
        raise NotFound
    log().info("tenant_changed", tenant=changed.id, shares_cache=changed.shares_cache)
    return TenantInfo(id=changed.id, shares_cache=changed.shares_cache)


@router.get("/usage", responses=problem_answers(422))
async def usage_by_key(
    database: Kept, tenant: str | None = None, days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 31
) -> AccountsResponse:
    """Requests and characters by tenant, key and day, newest first."""
    since = datetime.now(UTC).date() - timedelta(days=days - 1)
    return AccountsResponse(usage=accounts(await database.read(usage.spent, since, tenant)))


def create_admin(settings: Settings, database: Database) -> FastAPI:
    """The application; `settings.admin_token` must be set."""
    assert settings.admin_token is not None
    app = FastAPI(
        title="Malgil admin",
        version=version("malgil"),
        description="For the operator, on an address of its own and behind `MALGIL_ADMIN_TOKEN`.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.database = database
    app.state.token = _digest(settings.admin_token.get_secret_value())
    app.state.hashed = KeyHash.of(settings)
    app.include_router(router)
    problems.install(app)
    description.install(app, (Problem,))
    _describe_token(app)
    app.add_middleware(JsonByDefault, prefix="/admin/")
    app.add_middleware(Envelope, max_body_bytes=settings.max_body_bytes)
    return app


def _describe_token(app: FastAPI) -> None:
    plain = app.openapi

    def described() -> dict[str, Any]:
        told = plain()
        told["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "The value of `MALGIL_ADMIN_TOKEN`."}
        }
        told["security"] = [{"token": []}]
        return told

    app.openapi = described  # type: ignore[method-assign]


def _digest(token: str) -> bytes:
    # Of one length, so that comparing tells nothing of the token's.
    return hashlib.sha256(token.encode()).digest()


def serve(settings: Settings, descriptor: int | None, database: Database) -> None:
    """Blocks until SIGTERM or SIGINT. Raises SettingsInvalid when no token was set."""
    if settings.admin_token is None:
        raise SettingsInvalid(f"{PREFIX}ADMIN_TOKEN: not set. The admin API needs a token of its own.")
    host, port = settings.admin_api_host, settings.admin_api_port
    listening = socket.socket(fileno=descriptor) if descriptor is not None else listen(host, port, "ADMIN_API_")
    log().info("admin_starting", port=listening.getsockname()[1])
    run(create_admin(settings, database), settings, listening)
    database.close()
    log().info("admin_stopped")

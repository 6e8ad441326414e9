"""`malgil keys …`: API keys of tenants."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from gateway.api_keys import KeyHash, new_key
from gateway.callers import SCOPES
from gateway.errors import StateUnavailable
from gateway.schemas.tenants import KeyInfo, KeysResponse
from gateway.state import tenants
from gateway.state.tenants import TENANT, Tenant
from gateway.terminal import database_of, fail, localised, settings_of
from gateway.wire.tenants import key_info

app = typer.Typer(no_args_is_help=True, help="API keys: who may use the service, for what and how much.")

_Tenant = Annotated[str | None, typer.Option(help="Only the keys of this tenant.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for, to know it by later.")],
    tenant: Annotated[str, typer.Option(help="Whose key it is; a new tenant begins with its first key.")],
    scope: Annotated[
        list[str] | None, typer.Option(help=f"What it may do, repeat it for several: {', '.join(SCOPES)}. Else all.")
    ] = None,
    requests_per_minute: Annotated[
        int | None, typer.Option(min=0, help="Its own limit; 0: none. That of the service if left out.")
    ] = None,
    characters_per_day: Annotated[
        int | None, typer.Option(min=0, help="Its own limit; 0: none. That of the service if left out.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=36_500, help="How long it is good for; else for good.")] = None,
) -> None:
    """Make a key and show it, once: it is kept nowhere."""
    if not TENANT.fullmatch(tenant):
        fail(f"--tenant {tenant!r}: use lower-case letters, digits, dot, dash and underscore, at most 64.")
    if unknown := sorted(set(scope or ()) - set(SCOPES)):
        fail(f"--scope {unknown[0]}: there is no such scope. There are: {', '.join(SCOPES)}.")
    settings = settings_of(log_level="error")
    made = new_key(
        KeyHash.of(settings),
        Tenant(tenant),
        name,
        tuple(each for each in SCOPES if each in (scope or ())),
        requests_per_minute=requests_per_minute,
        characters_per_day=characters_per_day,
        now_s=round(time.time()),
        days=days,
    )
    try:
        with database_of(settings).writing() as connection:
            tenants.create(connection, made.key)
    except StateUnavailable:
        fail(localised("state_unavailable"), 1)
    typer.echo(f"Key {made.key.id} of {tenant}. Copy it now: it is not shown again.", err=True)
    typer.echo(made.written)


@app.command(name="list")
def list_keys(
    tenant: _Tenant = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """The keys there are, what they may do and until when; never the keys themselves."""
    try:
        with database_of(settings_of(log_level="error")).reading() as connection:
            found = [key_info(key) for key in tenants.keys(connection, tenant)]
    except StateUnavailable:
        fail(localised("state_unavailable"), 1)
    if as_json:
        typer.echo(KeysResponse(keys=found).model_dump_json(indent=2))
        return
    for key in found:
        typer.echo(f"{key.id}  {key.tenant}  {key.name}  ({' '.join(key.scopes) or 'all'})  {_state(key)}")


def _state(key: KeyInfo) -> str:
    if key.revoked:
        return f"revoked {key.revoked:%Y-%m-%d}"
    return f"until {key.expires:%Y-%m-%d}" if key.expires else "for good"


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="Id of the key, as `malgil keys list` prints it.")]) -> None:
    """Revoke a key for good; every API process refuses it within seconds."""
    try:
        with database_of(settings_of(log_level="error")).writing() as connection:
            key = tenants.revoke(connection, key_id)
    except StateUnavailable:
        fail(localised("state_unavailable"), 1)
    if key is None:
        fail(f"{key_id}: there is no such key. `malgil keys list` shows them.", 1)
    typer.echo(f"revoked  {key.id} of {key.tenant.id}")

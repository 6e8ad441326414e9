"""`malgil serve`, `malgil api`, `malgil engine`: the commands that must start fast, so little is imported up here."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Annotated

import typer

from gateway import processes, supervisor
from gateway.console import fail, say, settings_of
from gateway.embedded import NoServerFound
from gateway.settings import PREFIX, Settings, SettingsInvalid
from gateway.spawning import preparation
from gateway.supervisor import Ready, Unusable

if TYPE_CHECKING:
    from models.standing import Served

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the REST API.")] = None,
) -> None:
    """Start the whole service: embedded Valkey, engines, API."""
    settings = settings_of(host=host, port=port)
    options = {f"{PREFIX}HOST": settings.host, f"{PREFIX}PORT": str(settings.port)}
    environment = {**os.environ, **options}  # noqa: TID251 handed on to the child processes
    try:
        with contextlib.ExitStack() as ending:
            prepared = context.obj or ending.enter_context(preparation())
            supervisor.serve(settings, environment, prepared, lambda: _tell_what_serves(settings), _announce)
    except (SettingsInvalid, NoServerFound) as error:
        fail(str(error))
    except Unusable:
        raise SystemExit(1) from None  # it was said what cannot be used, and why


def _tell_what_serves(settings: Settings) -> None:
    """Said while the processes start, which takes longer; they are stopped again where there is nothing to serve."""
    from gateway.terminal import served_models

    served = served_models(settings)
    _tell_what_is_left_out(served)
    for entry in served.catalogue.entries:
        targets = " ".join(entry.targets)
        task = "" if entry.task == "translate" else f", {entry.task}"
        typer.echo(f"serving  {' '.join(entry.sources)} → {targets}   ({entry.reference}, {entry.licence}{task})")
    for standing in served.standings:
        if standing.serves and (until := standing.waived_until):
            missed = ", ".join(sorted({failure.metric for failure in standing.waived}))
            typer.echo(f"waived   {missed}: {standing.entry.reference} serves until {until} unless promoted again")
    for trial in served.trials:
        typer.echo(f"on trial {trial.entry.reference}, {trial.share:.1%} of the texts of its languages")


def _tell_what_is_left_out(served: Served) -> None:
    for standing in served.standings:
        if standing.blocked:
            say(f"not served  {standing.entry.reference}: {'; '.join(standing.blocked)}")
    if not served.catalogue.entries:
        fail("No model is promoted, so there is nothing to serve. `malgil models list` says why.", 1)


def _announce(ready: Ready) -> None:
    if ready.metrics_url:
        typer.echo(f"metrics  {ready.metrics_url}")
    if ready.admin_url:
        typer.echo(f"admin    {ready.admin_url}/admin/v1")
    typer.echo("stop     Ctrl-C")
    typer.echo(f"ready    {ready.url}   after {ready.milliseconds / 1000:.1f} s")


@app.command()
def api(
    descriptor: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Start one API process; needs MALGIL_REDIS_URL."""
    processes.api(descriptor)


@app.command()
def admin(descriptor: Annotated[int | None, typer.Option(hidden=True)] = None) -> None:
    """Start the admin API (keys, tenants, usage); needs MALGIL_ADMIN_TOKEN."""
    processes.admin(descriptor)


@app.command()
def engine() -> None:
    """Start one engine process; needs MALGIL_REDIS_URL."""
    processes.engine()

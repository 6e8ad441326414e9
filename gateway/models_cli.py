"""`malgil models …`: what models there are, how good they are, and which of them serve."""

from __future__ import annotations

import datetime
import sys
from typing import Annotated

import typer

from gateway import evaluation_cli, install_cli
from gateway.evaluation_cli import Model
from gateway.settings import PREFIX
from gateway.terminal import entry_of, fail, known_models, register_of, served_models, settings_of
from models.lifecycle import NothingToRollBack, PromotionRefused, promote, rollback
from models.register import LifecycleUnreadable, Waiver
from models.standing import Standing

app = typer.Typer(no_args_is_help=True, help="What models there are, how good they are, and which of them serve.")
app.add_typer(evaluation_cli.app)
app.add_typer(install_cli.app)


@app.command(name="list")
def list_models() -> None:
    """The models there are, the directions they translate, where they stand and what was waived for them."""
    for standing in served_models(settings_of(log_level="error")).standings:
        entry = standing.entry
        task = "" if entry.task == "translate" else f", {entry.task}"
        commercial = "" if entry.commercial_use else ", non-commercial"
        directions = f"{' '.join(entry.sources)} → {' '.join(entry.targets)}"
        typer.echo(f"{entry.reference}  {directions}  ({entry.licence}{commercial}{task})  {standing.state}")
        for line in _remarks(standing):
            typer.echo(f"    {line}")


def _remarks(standing: Standing) -> list[str]:
    waivers = standing.decision.waivers if standing.decision and standing.state in ("canary", "serving") else ()
    told = [f"{each.metric} waived until {each.until} by {each.by}: {each.reason}" for each in waivers]
    return [*told, *(f"not served: {reason}" for reason in standing.blocked)]


@app.command(name="promote")
def promote_model(
    model: Model,
    waive: Annotated[
        list[str] | None, typer.Option(help="Metric that may miss its threshold; repeat it for several.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who waives: a name or a role.")] = "",
    reason: Annotated[str, typer.Option(help="Why the model may serve all the same.")] = "",
    until: Annotated[
        datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the waiver.")
    ] = None,
    canary: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of the texts to try it on beside the model in service.")
    ] = None,
) -> None:
    """Let a model serve, if its evaluation passed; a miss needs a waiver with a name, a reason and a last day."""
    settings = settings_of(log_level="error")
    if waive and not (by.strip() and reason.strip() and until):
        fail("--waive needs --by, --reason and --until.")
    waivers = [Waiver(metric, by, reason, until.date()) for metric in dict.fromkeys(waive or ()) if until]
    try:
        standing = promote(
            entry_of(settings, model), known_models(settings), register_of(settings), _now(), waivers, canary
        )
    except OSError as error:
        fail(_not_written(error), 1)
    except LifecycleUnreadable as error:
        fail(str(error), 1)
    except PromotionRefused as refusal:
        fail("\n".join([f"{refusal.model} is not promoted:", *(f"  {reason}" for reason in refusal.reasons)]), 1)
    what = "serves" if canary is None else f"gets {canary:.1%} of the texts"
    typer.echo(f"{standing.entry.reference} {what}; a running service follows within seconds.")
    for line in _remarks(standing):
        typer.echo(f"    {line}")


@app.command(name="rollback")
def rollback_model(model: Model) -> None:
    """Stop a model; those that it replaced serve again."""
    settings = settings_of(log_level="error")
    try:
        done = rollback(model, register_of(settings), _now())
    except OSError as error:
        fail(_not_written(error), 1)
    except LifecycleUnreadable as error:
        fail(str(error), 1)
    except NothingToRollBack as error:
        fail(f"{error}. `malgil models list` says where every model stands.", 1)
    typer.echo(f"{done.stopped} stops serving; a running service follows within seconds.")
    standing = {each.entry.reference: each for each in served_models(settings).standings}
    for restored in done.restored:
        serves = restored in standing and standing[restored].serves
        typer.echo(
            f"{restored} serves again." if serves else f"{restored} cannot serve: it is not installed or not sound."
        )


@app.command()
def card(model: Model) -> None:
    """Print a model's card: what it is for, what it was made of, how good it is, where it fails."""
    settings = settings_of(log_level="error")
    entry = entry_of(settings, model)
    path = register_of(settings).card(entry)
    if not path.is_file():
        fail(f"{entry.reference} has no card.", 1)
    sys.stdout.write(path.read_text(encoding="utf-8"))


def _not_written(error: OSError) -> str:
    where = error.filename or "the folder of decisions"
    return (
        f"Nothing was decided: {where}: {error.strerror}. Name a folder that can be written in {PREFIX}MODELS_FOLDER, "
        "or free some space."
    )


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)

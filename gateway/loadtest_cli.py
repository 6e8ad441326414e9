"""`malgil loadtest`: the options; all else is `loadtests`, imported only here and only when it is asked for."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from gateway.terminal import fail

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def loadtest(
    profile: Annotated[str, typer.Argument(help="A bundled profile, or a file ending in .toml.")],
    against: Annotated[str, typer.Option(help="Address of the service, such as http://127.0.0.1:8080.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="New folder for the report.")] = None,
    duration: Annotated[str | None, typer.Option(help="How long: 90, 90s, 10m or 1h; a day passes in it.")] = None,
    scale: Annotated[float, typer.Option(help="Multiplies the profile's rate.")] = 1.0,
    rate: Annotated[float | None, typer.Option(help="Visits per second at the peak, instead of the profile's.")] = None,
    steady: Annotated[bool, typer.Option("--steady", help="Hold the peak instead of a day.")] = False,
    seed: Annotated[int | None, typer.Option(help="Repeats the texts and times of an earlier run.")] = None,
    link: Annotated[bool, typer.Option("--link/--no-link", help="Emulate the profile's link.")] = True,
    budgets: Annotated[Path | None, typer.Option(help="Budget file instead of the bundled one.")] = None,
    metrics: Annotated[str | None, typer.Option(help="Address of the service's metrics.")] = None,
    any_direction: Annotated[
        bool, typer.Option("--any-direction", help="Use what is served when none of the profile's directions is.")
    ] = False,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="The service is on another machine, and it is yours.")
    ] = False,
    max_in_flight: Annotated[int, typer.Option(help="Most requests at once; what is beyond is counted.")] = 1_000,
    find_limit: Annotated[bool, typer.Option("--find-limit", help="Search the highest rate that holds.")] = False,
    population: Annotated[int | None, typer.Option(help="People to plan for, instead of the profile's.")] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="File with the API key of the callers, instead of LOADTEST_API_KEY.")
    ] = None,
    max_rate: Annotated[float, typer.Option(help="With --find-limit: never try more visits per second.")] = 1_000.0,
) -> None:
    """Put a region's load on a running service and judge it against a budget.

    Ends with 0 when the budget is held, 1 when it is broken or not proven, 2 when it could not be run.
    """
    if missing := [name for name in ("locust", "psutil") if find_spec(name) is None]:
        fail(f"malgil loadtest needs {' and '.join(missing)}: pip install 'malgil[loadtest]'")
    from loadtests.access import VARIABLE, access
    from loadtests.command import Wanted
    from loadtests.command import loadtest as run
    from loadtests.refusal import LoadTestRefused
    from loadtests.run import LoadTestBroken

    try:
        wanted = Wanted(
            profile=profile,
            url=against,
            out=out,
            scale=scale,
            rate=rate,
            duration_s=None if duration is None else _seconds(duration),
            seed=seed,
            steady=steady,
            link=link,
            budgets=budgets,
            metrics=metrics,
            allow_remote=allow_remote,
            any_direction=any_direction,
            max_in_flight=max_in_flight,
            find_limit=find_limit,
            population=population,
            max_rate=max_rate,
            access=access(os.environ.get(VARIABLE), key_file),  # noqa: TID251 no setting of the service
        )
        held = run(wanted, typer.echo)
    except (LoadTestRefused, LoadTestBroken) as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("Stopped: no verdict and no report.", 130)
    if not held:
        raise typer.Exit(1)


def _seconds(given: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", given.strip())
    if found is None:
        fail(f"--duration {given}: it looks like 90, 90s, 10m or 1h")
    return float(found[1]) * _UNITS[found[2]]

"""`malgil`, and `python -m gateway`: the commands of the service load nothing of the others, which would take longer
than all else that a start needs."""

from __future__ import annotations

import sys

SERVICE = ("serve", "api", "engine", "admin")


def main() -> None:
    words = sys.argv[1:]
    if words[:1] == ["serve"] and words[1:2] != ["--help"]:
        from gateway.spawning import ROLES, preparation

        with preparation(ROLES) as prepared:
            from gateway.service_cli import app

            app(obj=prepared)
    elif words and words[0] in SERVICE:
        from gateway.service_cli import app

        app()
    else:
        from gateway.cli import app

        app()


if __name__ == "__main__":
    main()

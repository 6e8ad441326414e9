"""`malgil`, and `python -m gateway`: the commands of the service load nothing of the others, which would take longer
than all else that a start needs."""

from __future__ import annotations

import sys

SERVICE = ("serve", "api", "engine", "admin")


def main() -> None:
    if sys.argv[1:2] and sys.argv[1] in SERVICE:
        from gateway.service_cli import app
    else:
        from gateway.cli import app
    app()


if __name__ == "__main__":
    main()

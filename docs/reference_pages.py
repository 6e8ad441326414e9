"""Rewrites what the documentation takes from the running service; `make docs` runs it before cog.

    python -m docs.reference_pages

docs/reference/openapi.json describes the API, admin-openapi.json the one for the operator; first-answer.json is the
answer to the README's example.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from gateway.admin import create_admin
from gateway.settings import LEAST_TOKEN, load_settings
from gateway.state.database import open_database
from tests.e2e.service import running

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as service:
        _write("openapi.json", _fetch(f"{service.url}/openapi.json", None))
        _write("admin-openapi.json", admin_description(Path(folder)))
        _write("first-answer.json", _fetch(f"{service.url}/v1/translate", _example().encode()))


def admin_description(folder: Path) -> Any:
    """That of the admin API; `folder` is for its database."""
    settings = load_settings({"MALGIL_ADMIN_TOKEN": "0" * LEAST_TOKEN, "MALGIL_DATA_FOLDER": str(folder / "admin")})
    database = open_database(settings)
    try:
        return create_admin(settings, database).openapi()
    finally:
        database.close()


def _example() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^curl .*$", readme, re.MULTILINE)
    if found is None:
        sys.exit("README.md has no curl example")
    words = shlex.split(found[0])
    return words[words.index("-d") + 1]


def _fetch(url: str, body: bytes | None) -> Any:
    with urllib.request.urlopen(url, body, timeout=30) as answer:
        return json.load(answer)


def _write(name: str, content: Any) -> None:
    (REFERENCE / name).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""LibreOffice as a program: what it writes from the templates beside this file, and what it shows."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SOFFICE = shutil.which("soffice")
TEMPLATES = Path(__file__).parent / "templates"
_TEXTS = ("bilingual", "form", "resolution")
# A page becomes a letter, not the page that LibreOffice's editor of pages would keep.
_AS_LETTER = "--infilter=HTML (StarWriter)"


def convert(folder: Path, form: str, *names: str | Path, out: str = "", reading: str = "") -> Path:
    """All files of a folder at once: starting the program takes longer than the work."""
    to = folder / (out or form)
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation=file://{folder}/profile", *filter(None, [reading])]
    given = [*command, "--convert-to", form, "--outdir", str(to), *map(str, names)]
    subprocess.run(given, cwd=folder, check=True, capture_output=True, timeout=280)
    return to


def written(folder: Path) -> Mapping[str, bytes]:
    """Documents by their names: texts as Word and OpenDocument files and books, each saved by LibreOffice, and some
    saved twice on their way through the other format."""
    texts = [TEMPLATES / f"{name}.fodt" for name in _TEXTS]
    folders = [
        convert(folder, "docx", *texts),
        convert(folder, "docx", TEMPLATES / "page.html", reading=_AS_LETTER),
        convert(folder, "odt", *texts),
        convert(folder, "odt", TEMPLATES / "page.html", reading=_AS_LETTER),
        convert(folder, "epub", *texts),
        convert(folder, "pptx", TEMPLATES / "talk.fodp"),
        convert(folder, "odp", TEMPLATES / "talk.fodp"),
        convert(folder, "odt", *(folder / "docx").iterdir(), out="again"),
    ]
    folders += [convert(folder, "docx", *(folder / "again").iterdir(), out="twice")]
    return {f"{each.name}/{path.name}": path.read_bytes() for each in folders for path in sorted(each.iterdir())}

"""A process of its own that reads and writes one file: what a file does to its reader ends with this process.

    python -m gateway.documents.worker MEMORY SECONDS    request on standard input, answer on standard output

Both are msgpack. It may take so much memory and processor time and no more; what it cannot read is damaged.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import msgspec

from accessibility.files.formats import open_file, output_of
from accessibility.files.opened import Limits, Options
from accessibility.files.refusals import FileRefused
from gateway.documents.asking import Answer, Request
from locales.tags import LanguageTag


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer(request)))


def answer(request: Request) -> Answer:
    content = Path(request.path).read_bytes()
    options = Options(request.columns, request.output, Limits(*request.limits))
    try:
        form, opened = open_file(content, request.name, options)
    except FileRefused as refusal:
        return Answer(refused=type(refusal).__name__, values=refusal.values)
    ending, media_type = output_of(form, request.output)
    if request.act == "read":
        texts = tuple(slot.text for slot in opened.slots)
        return Answer(form=form.name, ending=ending, media_type=media_type, said=opened.said, texts=texts)
    kept = [slot.put(text) for slot, text in zip(opened.slots, request.texts, strict=True)]
    written = opened.save(LanguageTag(request.source), LanguageTag(request.target))
    _keep(Path(request.to), written)
    return Answer(
        form=form.name, ending=ending, media_type=media_type, unmarked=kept.count(False), pictures=opened.pictures
    )


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all, and for nobody else to read."""
    beside = path.with_name(f"{path.name}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    beside.replace(path)


if __name__ == "__main__":
    main()

"""What callers of single sentences notice while a document of 300 pages is translated.

Hypothesis: their p95 latency is at most 1.5 times that without it, because texts of documents wait in the bulk lane and
a batch of them takes one worker only.

    python -m benchmarks.documents [--rounds 5]

One service, one caller at a time with sentences never seen before, first alone, then beside the document, which is
taken back afterwards. Excluded: the upload and the reading of the file, in a process apart, before the second part.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from itertools import count

import docx
import httpx

from benchmarks.figure import Figure, table
from benchmarks.service import Service, serving

PAGES = 300
PARAGRAPHS_OF_A_PAGE = 12
SENTENCES = 200
_numbers = count(1)
_PATIENCE_S = 60


def document() -> bytes:
    """About 40 lines to a page, no sentence twice."""
    written = docx.Document()
    for number in range(PAGES * PARAGRAPHS_OF_A_PAGE):
        paragraph = written.add_paragraph(f"El artículo {number} de la ordenanza dispone que ")
        paragraph.add_run("las personas interesadas").bold = True
        paragraph.add_run(f" presentarán la solicitud número {number} en la oficina antes del plazo. ")
        paragraph.add_run(f"La resolución {number} se comunicará por escrito a cada una de las partes.")
    content = io.BytesIO()
    written.save(content)
    return content.getvalue()


def asked(client: httpx.Client) -> float:
    """Seconds that a caller waits for a new sentence."""
    text = f"La vecina {next(_numbers)} pregunta a qué hora abre hoy la biblioteca municipal."
    began = time.perf_counter()
    client.post("/v1/translate", json={"text": text, "source": "es", "target": "ast"}).raise_for_status()
    return time.perf_counter() - began


def p95(client: httpx.Client) -> float:
    return statistics.quantiles([asked(client) for _ in range(SENTENCES)], n=20)[-1]


def figures(service: Service, rounds: int) -> list[Figure]:
    content = document()
    ratios = []
    with httpx.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=60) as client:
        for _ in range(20):
            asked(client)
        for _ in range(rounds):
            alone = p95(client)
            job = _under_way(client, content)
            ratios.append(p95(client) / alone)
            if (state := _state(client, job)) != "translating":
                raise RuntimeError(f"the document was {state} before the callers were done: measure with a longer one")
            client.delete(job).raise_for_status()
    name = f"p95 latency of single sentences, one caller, beside a document of {PAGES} pages ÷ without it"
    return [Figure(name, "≤ 1.5", tuple(ratios))]


def _under_way(client: httpx.Client, content: bytes) -> str:
    """The address of a job whose document is being translated."""
    form = {"source": "es", "target": "ast"}
    sent = client.post("/v1/documents", files={"file": ("ordenanza.docx", content)}, data=form)
    sent.raise_for_status()
    job = str(sent.headers["location"])
    until = time.monotonic() + _PATIENCE_S
    while _state(client, job) != "translating":
        if time.monotonic() > until:
            raise RuntimeError("the document is not being translated")
        time.sleep(0.1)
    return job


def _state(client: httpx.Client, job: str) -> str:
    return str(client.get(job).raise_for_status().json()["state"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with serving() as service:
        print(table(figures(service, options.rounds)))


if __name__ == "__main__":
    main()

"""Which web server answers a small JSON request fastest: uvicorn (uvloop, httptools) or granian?

    pip install granian; python -m benchmarks.servers [--rounds 5] [--requests 2000]

Hypothesis: a server in Rust leaves more of a core to the application. Both serve the bare route of the benchmarks with
one worker, turn by turn in every round; figures are granian's throughput ÷ uvicorn's.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.asking import ask, request
from benchmarks.figure import Figure, table
from benchmarks.sentences import spanish
from benchmarks.service import free_port, listening

_ANSWER = b'{"results":[{"index":0,"text":"' + b"La biblioteca abre. " * 30 + b'"}]}'
_APP = """
from pathlib import Path

from benchmarks.bare_route import create_app

app = create_app(Path({!r}).read_bytes())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        answer, module = Path(folder) / "answer.json", Path(folder) / "bare_served.py"
        answer.write_bytes(_ANSWER)
        module.write_text(_APP.format(str(answer)), encoding="utf-8")
        commands = {
            "uvicorn": lambda port: [sys.executable, "-P", "-m", "benchmarks.bare_route", str(answer), str(port)],
            "granian": lambda port: [
                *(sys.executable, "-P", "-m", "granian", "--interface", "asgi", "--no-ws", "--log-level", "error"),
                *("--port", str(port), "bare_served:app"),
            ],
        }
        path = f"{folder}:{Path(__file__).parents[1]}"
        requests = [request([spanish(1)[0]], store=True)] * options.requests
        ratios = []
        for _ in range(options.rounds + 1):
            spent = {}
            for name, command in commands.items():
                port = free_port()
                with listening(command(port), port, PYTHONPATH=path):
                    spent[name] = ask(port, requests, 64).seconds
            ratios.append(spent["uvicorn"] / spent["granian"])
    print(table([Figure("throughput of granian ÷ uvicorn, bare FastAPI route, 64 callers", "–", tuple(ratios[1:]))]))


if __name__ == "__main__":
    main()

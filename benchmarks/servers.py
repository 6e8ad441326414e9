"""Which web server answers a small JSON request fastest: uvicorn (uvloop, httptools) or granian?

    pip install granian; python -m benchmarks.servers [--rounds 5] [--requests 2000]

Hypothesis: a server in Rust leaves more of a core to the application. Both serve the bare route of the benchmarks with
one worker, turn by turn in every round; figures are granian's throughput ÷ uvicorn's, and uvicorn's processor time ÷
granian's, which a busy machine changes less.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import psutil

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
        path = os.pathsep.join([folder, str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])  # noqa: TID251
        requests = [request([spanish(1)[0]], store=True)] * options.requests
        ratios, saved, memory = [], [], {}
        for _ in range(options.rounds + 1):
            spent, cpu = {}, {}
            for name, command in commands.items():
                port = free_port()
                with listening(command(port), port, PYTHONPATH=path) as process:
                    ask(port, requests[:200], 64)
                    before = _cpu_s(process)
                    spent[name] = ask(port, requests, 64).seconds
                    cpu[name] = _cpu_s(process) - before
                    memory[name] = sum(each.memory_info().rss for each in _family(process)) / 2**20
            ratios.append(spent["uvicorn"] / spent["granian"])
            saved.append(cpu["uvicorn"] / cpu["granian"])
            last = {name: 1e6 * each / len(requests) for name, each in cpu.items()}
    print(
        table(
            [
                Figure("throughput of granian ÷ uvicorn, bare FastAPI route, 64 callers", "–", tuple(ratios[1:])),
                Figure("processor time of uvicorn ÷ granian for the same", "–", tuple(saved[1:])),
            ]
        )
    )
    print("µs of processor time for a request, last round:", {name: round(each) for name, each in last.items()})
    print("resident MB:", {name: round(each) for name, each in memory.items()})


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _cpu_s(process: psutil.Process) -> float:
    return float(sum(sum(each.cpu_times()[:2]) for each in _family(process)))


if __name__ == "__main__":
    main()

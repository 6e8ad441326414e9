"""Which library reads requests and writes answers fastest: pydantic, msgspec, the standard library, orjson?

    pip install orjson; python -m benchmarks.answers [--rounds 5] [--results 32]

Hypothesis: pydantic, which the description of the API needs anyway, is fast enough that another copy of every wire type
would not pay. Each way makes the objects and the bytes of one answer, or reads the bytes of one request, in processor
time, turn by turn in every round. Ratios are a way's time ÷ ours. What is not installed is left out.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import msgspec

from accessibility.findings import CHECKS
from benchmarks.figure import Figure, table
from gateway.schemas.translation import TranslateRequest, TranslateResponse

_ANSWERS = 40

Way = Callable[[], Any]


def result(index: int) -> dict[str, Any]:
    """One result as it goes over the wire."""
    return {
        "index": index,
        "text": f"La biblioteca ubre a las nueu. Número {index}.",
        "source": "es",
        "source_confidence": 0.823,
        "lang": "an",
        "dir": "ltr",
        "model": "es-ibero@0.4.0",
        "licence": "CC-BY-4.0",
        "label": {"text": "Traducción automatica", "lang": "an"},
        "checks": dict.fromkeys(CHECKS, "pass"),
        "warnings": [],
        "quality": {"band": "unknown", "score": None, "calibration": None},
        "origin": "machine",
        "reviewed": False,
        "reviewer": None,
        "memory": [],
        "glossary": None,
        "outputs": {},
    }


class _Label(msgspec.Struct, frozen=True):
    text: str
    lang: str


class _Quality(msgspec.Struct, frozen=True):
    band: str
    score: float | None
    calibration: str | None


class _Result(msgspec.Struct, frozen=True):
    index: int
    text: str
    source: str
    source_confidence: float | None
    lang: str
    dir: str
    model: str | None
    licence: str | None
    label: _Label
    checks: dict[str, str]
    warnings: list[str]
    quality: _Quality
    origin: str
    reviewed: bool
    reviewer: str | None
    memory: list[str]
    glossary: str | None
    outputs: dict[str, str]


class _Response(msgspec.Struct, frozen=True):
    results: list[_Result]


class _Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str | list[str]
    target: str | list[str]
    source: str | None = None


def _structs(results: list[dict[str, Any]]) -> _Response:
    return _Response(
        [
            _Result(**{**each, "label": _Label(**each["label"]), "quality": _Quality(**each["quality"])})
            for each in results
        ]
    )


def writing(results: list[dict[str, Any]]) -> Mapping[str, Way]:
    """Ours first."""

    def ours() -> TranslateResponse:
        return TranslateResponse.model_validate({"results": results})

    ways: dict[str, Way] = {
        "pydantic, model_dump_json (ours)": lambda: ours().model_dump_json().encode(),
        "pydantic, model_dump and json.dumps (a FastAPI response model)": lambda: json.dumps(
            ours().model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")
        ).encode(),
        "msgspec structs and its encoder": lambda: msgspec.json.encode(_structs(results)),
        "dicts and msgspec's encoder, nothing validated": lambda: msgspec.json.encode({"results": results}),
        "dicts and json.dumps, nothing validated": lambda: json.dumps({"results": results}).encode(),
    }
    if find_spec("orjson"):
        import orjson

        ways["dicts and orjson, nothing validated"] = lambda: orjson.dumps({"results": results})
    return ways


def reading(count: int) -> Mapping[str, Way]:
    """Ours first."""
    body = json.dumps({"text": [f"La biblioteca {n} abre a las nueve." for n in range(count)], "target": "an"}).encode()
    decoder = msgspec.json.Decoder(_Request)
    return {
        "pydantic, model_validate_json (ours)": lambda: TranslateRequest.model_validate_json(body),
        "json.loads and pydantic (FastAPI's body)": lambda: TranslateRequest.model_validate(json.loads(body)),
        "msgspec, without our limits and messages": lambda: decoder.decode(body),
    }


def figures(rounds: int, count: int) -> list[Figure]:
    found = []
    for verb, ways in (("writing", writing([result(n) for n in range(count)])), ("reading", reading(count))):
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds + 1):
            for name, way in ways.items():
                spent[name].append(_microseconds(way))
        ours, *others = ways
        found.append(Figure(f"{verb}: {ours}, µs", "–", tuple(spent[ours][1:])))
        found += [
            Figure(
                f"{verb}: {name} ÷ ours",
                "–",
                tuple(its / own for its, own in zip(spent[name][1:], spent[ours][1:], strict=True)),
            )
            for name in others
        ]
    return found


def _microseconds(way: Way) -> float:
    began = time.thread_time_ns()
    for _ in range(_ANSWERS):
        way()
    return (time.thread_time_ns() - began) / 1e3 / _ANSWERS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--results", type=int, default=32)
    options = parser.parse_args()
    print(table(figures(options.rounds, options.results)))


if __name__ == "__main__":
    main()

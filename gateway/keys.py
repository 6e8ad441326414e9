"""Every Redis key of the service.

    key                             type     lifetime          content
    malgil:segment:<hash>           string   cache_ttl_s       one translated segment (msgpack of cache.CachedSegment)
    malgil:limit:<caller>           hash     until full again  what is left of a caller's quotas; an API key's stays
    malgil:{<model>}:waiting:<lane> zset     until pulled      segment hash → its turn (decision 10)
    malgil:{<model>}:entries        hash     until pulled      segment hash → `deadline:queued:cost:tenant:entry`
    malgil:{<model>}:shares:<lane>  zset     until overtaken   tenant → the turn after its last entry
    malgil:{<model>}:held           hash     until pulled      tenant → how many of its entries wait
    malgil:{<model>}:turns          hash     –                 last turn by lane; pulls bulk missed; when people asked
    malgil:{<model>}:bell           list     until heard       wakes an idle engine: something waits
    malgil:{<model>}:queue          stream   until settled     entries that engines have in hand; group `engines`
    malgil:{<model>}:flight:<hash>  set      deadline + 1 min  who waits for the segment: join it, do not queue it again
    malgil:{<model>}:engines        zset     –                 engine name → its last sign of life, server's clock in ms
    malgil:{<model>}:awaited        string   3 s               an API process may ask this model: keep it in memory
    malgil:{<model>}:dead           list     newest 1,000      stream ids of entries given up, without their text
    malgil:{<model>}:trial:<begun>  hash     –                 counts of a canary and of the model beside it
    malgil:{<model>}:answers        channel  –                 answers of finished entries to all API processes

<model> is the model reference (`es-ibero@0.1.0`); the braces put one model's queue on one Cluster slot, cache keys
spread. <lane> is `interactive` or `bulk`. <hash> is a keyed hash of the segment (cache.py), never the text; <caller>
one of the id of its API key or of its network address. Only `entries` and the stream hold text, until it is settled.
"""

from __future__ import annotations

GROUP = "engines"
DEAD_KEPT = 1000
AWAITED_MS = 3000


def segment(key: str) -> str:
    return f"malgil:segment:{key}"


def limit(caller: str) -> str:
    return f"malgil:limit:{caller}"


def queue(model: str) -> str:
    return f"malgil:{{{model}}}:queue"


def waiting(model: str, lane: str) -> str:
    return f"malgil:{{{model}}}:waiting:{lane}"


def shares(model: str, lane: str) -> str:
    return f"malgil:{{{model}}}:shares:{lane}"


def entries(model: str) -> str:
    return f"malgil:{{{model}}}:entries"


def held(model: str) -> str:
    return f"malgil:{{{model}}}:held"


def turns(model: str) -> str:
    return f"malgil:{{{model}}}:turns"


def bell(model: str) -> str:
    return f"malgil:{{{model}}}:bell"


def room(model: str) -> list[str]:
    """The keys of a model's waiting room, in the order of the scripts."""
    return [
        queue(model),
        waiting(model, "interactive"),
        waiting(model, "bulk"),
        entries(model),
        held(model),
        turns(model),
        bell(model),
        shares(model, "interactive"),
        shares(model, "bulk"),
    ]


def flight(model: str, key: str) -> str:
    return f"malgil:{{{model}}}:flight:{key}"


def engines(model: str) -> str:
    return f"malgil:{{{model}}}:engines"


def awaited(model: str) -> str:
    return f"malgil:{{{model}}}:awaited"


def dead(model: str) -> str:
    return f"malgil:{{{model}}}:dead"


def trial(model: str, begun_s: int) -> str:
    return f"malgil:{{{model}}}:trial:{begun_s}"


def answers(model: str) -> str:
    return f"malgil:{{{model}}}:answers"

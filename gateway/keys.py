"""Every Redis key of the service.

    key                             type     lifetime          content
    malgil:segment:<hash>           string   cache_ttl_s       one translated segment (msgpack of cache.CachedSegment)
    malgil:{<model>}:queue          stream   until settled     entries that wait or run; consumer group `engines`
    malgil:{<model>}:flight:<hash>  string   deadline + 1 min  the segment waits or runs: join it, do not queue it again
    malgil:{<model>}:engines        zset     –                 engine name → time of its last sign of life, in ms
    malgil:{<model>}:callers        zset     1 min             API process → when it last said it may ask this model
    malgil:{<model>}:dead           list     newest 1,000      stream ids of entries given up, without their text
    malgil:{<model>}:trial:<begun>  hash     30 days           counts of a canary and of the model beside it
    malgil:{<model>}:answers        channel  –                 answers of finished entries to all API processes

<model> is the model reference (`es-ibero@0.1.0`); the braces put one model's queue on one Cluster slot, cache keys
spread. <hash> is a keyed hash of the segment (cache.py), never the text. Only the stream holds text, and only until it
is settled.
"""

from __future__ import annotations

GROUP = "engines"
DEAD_KEPT = 1000
CALLERS_KEPT_S = 60


def segment(key: str) -> str:
    return f"malgil:segment:{key}"


def queue(model: str) -> str:
    return f"malgil:{{{model}}}:queue"


def flight(model: str, key: str) -> str:
    return f"malgil:{{{model}}}:flight:{key}"


def engines(model: str) -> str:
    return f"malgil:{{{model}}}:engines"


def callers(model: str) -> str:
    return f"malgil:{{{model}}}:callers"


def dead(model: str) -> str:
    return f"malgil:{{{model}}}:dead"


def trial(model: str, begun_s: int) -> str:
    return f"malgil:{{{model}}}:trial:{begun_s}"


def answers(model: str) -> str:
    return f"malgil:{{{model}}}:answers"

"""The forms of MALGIL_REDIS_URL.

    unix:///run/valkey.sock                                   one server on this machine
    redis://user:password@host:6379/0                         one server; rediss:// with TLS
    redis+sentinel://user:password@host:26379,host:26379/name   the master that the Sentinels name; rediss+sentinel://
    redis+cluster://user:password@host:6379,host:6379           a Cluster, found through any of its nodes; rediss+cluster://

User and password are those of the data servers. They may be left out, as may ports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

Kind = Literal["single", "sentinel", "cluster"]
_PORTS: dict[Kind, int] = {"single": 6379, "sentinel": 26379, "cluster": 6379}


class RedisUrlInvalid(ValueError):
    """What is wrong with the URL; its password is not in the text."""


@dataclass(frozen=True, slots=True)
class RedisUrl:
    """`nodes` and `service` say where a Sentinel or Cluster deployment is; a single server is its `url`."""

    kind: Kind
    url: str
    nodes: tuple[tuple[str, int], ...] = ()
    service: str = ""
    database: int = 0
    username: str | None = None
    password: str | None = None
    tls: bool = False


def parse(url: str) -> RedisUrl:
    scheme, _, rest = url.partition("://")
    server, _, form = scheme.partition("+")
    if scheme in ("redis", "rediss", "unix"):
        return RedisUrl("single", url)
    kind: Kind
    if server not in ("redis", "rediss") or form not in ("sentinel", "cluster"):
        raise RedisUrlInvalid("begins with redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://")
    kind = "sentinel" if form == "sentinel" else "cluster"
    where, _, path = rest.partition("/")
    credentials, _, hosts = where.rpartition("@")
    username, _, password = credentials.partition(":")
    service, _, database = path.partition("/")
    if kind == "sentinel" and not service:
        raise RedisUrlInvalid("a Sentinel URL ends with the name of its service: redis+sentinel://host:26379/name")
    if kind == "cluster" and path.strip("/"):
        raise RedisUrlInvalid("a Cluster has neither databases nor services: the URL ends after the last host")
    if database and not (database.isascii() and database.isdecimal()):
        raise RedisUrlInvalid("the database is a number: redis+sentinel://host:26379/name/0")
    return RedisUrl(
        kind,
        url,
        tuple(_node(host, _PORTS[kind]) for host in hosts.split(",")),
        unquote(service),
        int(database or 0),
        unquote(username) or None,
        unquote(password) or None,
        server == "rediss",
    )


def _node(written: str, port: int) -> tuple[str, int]:
    try:
        split = urlsplit(f"//{written}")
        found = split.hostname, split.port or port
    except ValueError:
        raise RedisUrlInvalid("hosts are written host:port, separated by commas") from None
    if not found[0]:
        raise RedisUrlInvalid("hosts are written host:port, separated by commas")
    return found[0], found[1]

"""API keys: how they are made, what is kept of them, and how a process knows them without asking the database.

A key is `malgil_<id>_<secret>`. The secret is 256 random bits, so its hash needs no slow function, which guards what
people think up and would let anyone who sends wrong keys burn a core; BLAKE2b takes a microsecond. Salt is the id,
and where `MALGIL_KEYS_SECRET` is set, keyed: who can write to the database but does not have that secret can then
make no key. Comparison takes the same time wherever the difference is. The key is shown once and kept nowhere.

Every API process holds all keys in memory and asks once a second for those that changed: a request costs no look-up,
an unknown key neither, and a revocation reaches every process within POLL_S and the time of one query. While the
database is away, keys go on working as they last were.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.errors import KeyExpired, KeyRevoked, KeyUnknown, StateUnavailable
from gateway.settings import Settings
from gateway.state import tenants
from gateway.state.database import Database
from gateway.state.tenants import ApiKey, Tenant
from gateway.telemetry import log

POLL_S = 1.0

_WRITTEN = re.compile(r"malgil_([0-9a-f]{16})_([0-9A-Za-z_-]{43})")
_NOBODY = "0" * 16


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the only moment it is known: `written` is what the caller sends."""

    written: str
    key: ApiKey


class KeyHash:
    """Hashes of secrets, keyed with that of the deployment if it has one."""

    def __init__(self, secret: bytes = b"") -> None:
        # BLAKE2b takes keys up to 64 bytes; a longer secret counts whole.
        self._secret = hashlib.blake2b(secret).digest() if secret else b""

    @classmethod
    def of(cls, settings: Settings) -> KeyHash:
        return cls(settings.keys_secret.get_secret_value().encode() if settings.keys_secret else b"")

    def __call__(self, key_id: str, secret: str) -> bytes:
        salt = bytes.fromhex(key_id)
        keyed = hashlib.blake2b(secret.encode(), digest_size=32, key=self._secret, salt=salt, person=b"malgil api key")
        return keyed.digest()


def new_key(
    hashed: KeyHash,
    tenant: Tenant,
    name: str,
    scopes: Sequence[str] = (),
    *,
    requests_per_minute: int | None = None,
    characters_per_day: int | None = None,
    now_s: int,
    days: int | None = None,
) -> NewKey:
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    key = ApiKey(
        id=key_id,
        tenant=tenant,
        name=name,
        hash=hashed(key_id, secret),
        scopes=tuple(scopes),
        requests_per_minute=requests_per_minute,
        characters_per_day=characters_per_day,
        created_s=now_s,
        expires_s=None if days is None else now_s + days * 86_400,
        revoked_s=None,
    )
    return NewKey(f"malgil_{key_id}_{secret}", key)


class KeyRing:
    """The keys of the deployment, as this process last saw them; `clock` tells Unix time in seconds."""

    def __init__(self, hashed: KeyHash | None = None, clock: Callable[[], float] = time.time) -> None:
        self._hashed = hashed or KeyHash()
        self._clock = clock
        self._keys: dict[str, ApiKey] = {}
        self._seen = 0

    def holder(self, written: str) -> ApiKey:
        """The key that was written; raises KeyUnknown, or KeyRevoked and KeyExpired, which only its holder gets."""
        found = _WRITTEN.fullmatch(written)
        key_id, secret = found.groups() if found else (_NOBODY, "")
        key = self._keys.get(key_id)
        # Also for a key there is not: how long the answer takes tells nobody which ids exist.
        same = hmac.compare_digest(self._hashed(key_id, secret), key.hash if key else bytes(32))
        if key is None or not same:
            raise KeyUnknown
        if key.revoked_s is not None:
            raise KeyRevoked
        if key.expires_s is not None and key.expires_s <= self._clock():
            raise KeyExpired
        return key

    def learn(self, changed: Sequence[ApiKey]) -> None:
        for key in changed:
            self._keys[key.id] = key
            self._seen = max(self._seen, key.changed)

    def open(self, database: Database) -> None:
        """Learn all keys before the first request."""
        if database.available:
            with database.reading() as connection:
                self.learn(tenants.changed_keys(connection, self._seen))

    async def look(self, database: Database) -> None:
        """Learn what changed; raises StateUnavailable."""
        self.learn(await database.read(tenants.changed_keys, self._seen))

    async def follow(self, database: Database) -> None:
        """Learn for as long as the process runs."""
        away = False
        while database.available:
            try:
                await self.look(database)
                away = False
            except StateUnavailable:
                if not away:
                    log().warning("keys_not_followed", why="the database does not answer; keys stay as they were")
                away = True
            await asyncio.sleep(POLL_S)

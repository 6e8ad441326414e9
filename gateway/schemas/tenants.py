"""Wire types of usage and of the admin API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gateway.callers import Scope, Unit
from gateway.state.tenants import TENANT

TenantName = Annotated[
    str, Field(pattern=f"^{TENANT.pattern}$", description="Lower-case letters, digits, `.`, `_`, `-`; at most 64.")
]
# How far back usage is told, in days.
MOST_DAYS = 400


class DayUsage(BaseModel):
    day: date = Field(description="Day in UTC.")
    requests: int
    characters: int = Field(description="Characters of the texts, times target languages.")


class QuotaState(BaseModel):
    unit: Unit
    limit: int
    window_s: int = Field(description="The quota fills again evenly over so many seconds.")
    left: int | None = Field(description="What is left of it now; null while Redis does not tell.")


class UsageResponse(BaseModel):
    """What one key was used for. Another process's last seconds may still be missing."""

    tenant: str
    key: str = Field(description="Id of the key, not the key.")
    scopes: list[Scope]
    expires: datetime | None = None
    quotas: list[QuotaState] = Field(description="Limits of the key; empty: none.")
    days: list[DayUsage] = Field(description="Newest first; days without a request are left out.")


class KeyRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tenant: TenantName = Field(description="Whose key it is; a tenant that is new begins with its first key.")
    name: str = Field(min_length=1, max_length=200, description="What the key is for, to know it by later.")
    scopes: list[Scope] = Field(default=[], description="What it may do; empty: everything.")
    requests_per_minute: int | None = Field(
        None, ge=0, le=2_000_000_000, description="Its own limit; 0: none; null: that of the service."
    )
    characters_per_day: int | None = Field(
        None, ge=0, le=10**15, description="Its own limit; 0: none; null: that of the service."
    )
    days: int | None = Field(None, ge=1, le=36_500, description="How long it is good for; null: until revoked.")


class KeyInfo(BaseModel):
    id: str
    tenant: str
    name: str
    scopes: list[str] = Field(description="Empty: everything.")
    requests_per_minute: int | None
    characters_per_day: int | None
    created: datetime
    expires: datetime | None
    revoked: datetime | None


class NewKeyResponse(BaseModel):
    key: str = Field(description="The key. It is told only here and kept nowhere.")
    info: KeyInfo


class KeysResponse(BaseModel):
    keys: list[KeyInfo]


class TenantInfo(BaseModel):
    id: str
    shares_cache: bool = Field(description="Whether it reads and writes the cached translations of the public.")


class TenantChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shares_cache: bool


class TenantsResponse(BaseModel):
    tenants: list[TenantInfo]


class AccountUsage(DayUsage):
    tenant: str
    key: str | None = Field(description="Id of the key; null: the sum of all callers without one.")


class AccountsResponse(BaseModel):
    usage: list[AccountUsage]

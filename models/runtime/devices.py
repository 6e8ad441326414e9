"""Which device a model runs on."""

from __future__ import annotations

from typing import Literal

import ctranslate2

Device = Literal["cpu", "cuda"]


def device_at_hand(wanted: str = "auto") -> Device:
    """The device CTranslate2 computes on for `cpu`, `cuda` or `auto`: with `auto` a GPU where there is one."""
    if wanted == "auto":
        return "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"
    return "cuda" if wanted == "cuda" else "cpu"

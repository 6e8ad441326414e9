"""Reads a TOML file into its frozen type; every fault names the file, the place and the nearest right word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec

from loadtests.refusal import LoadTestRefused, suggestion

T = TypeVar("T")


def read_table(path: Path, kind: type[T], fields: tuple[str, ...] = ()) -> T:
    """`fields` are the names that may be meant where an unknown one stands. Raises LoadTestRefused."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise LoadTestRefused(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise LoadTestRefused(f"{path}: not UTF-8") from None
    except msgspec.ValidationError as error:
        raise LoadTestRefused(f"{path}: {_explained(str(error), fields)}") from None
    except msgspec.DecodeError as error:
        raise LoadTestRefused(f"{path}: not TOML ({error})") from None


def _explained(fault: str, fields: tuple[str, ...]) -> str:
    """msgspec quotes the wrong word in backquotes or quotation marks when it is a name."""
    named = re.search(r"unknown field `([^`]+)`|enum value '([^']+)'", fault)
    if named is None or not fields:
        return fault
    return f"{fault}. {suggestion(named[1] or named[2], fields)}"

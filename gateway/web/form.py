"""What a reader's form says: read from the body of the request, checked, and kept so that it can be shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from gateway.errors import BodyNotUtf8, FieldInvalid, FormFromElsewhere

Task = Literal["translate", "summarize", "simplify", "text"]
Extra = Literal["", "listen", "braille", "report", "save_text", "save_audio", "save_braille", "save_brf"]
TASKS: Final = get_args(Task)
EXTRAS: Final = get_args(Extra)
KINDS: Final = ("wrong", "offensive", "unclear", "culture")

_MOST_FIELDS = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What a button asks for, as its value says it: `task`, `task.extra` or `task.extra.nearest`.

    Everything after a result does the task again: nothing of a reader's is kept between two requests.
    """

    task: Task
    extra: Extra = ""
    nearest: bool = False  # the reader accepts the voice or the table of the nearest language

    @property
    def value(self) -> str:
        return ".".join((self.task, self.extra, "nearest" if self.nearest else "")).rstrip(".")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as they were filled in; `wish` is None where a reader only chose another language for the page."""

    text: str = ""
    source: str = ""
    target: str = ""
    problem: str = ""
    suggested: str = ""
    consent: bool = False  # to keep the text and what is suggested for it
    wish: Wish | None = None


class Unsaid(Exception):
    """A field that the reader's wish needs is empty: `message_id` tells them, `field` is where."""

    def __init__(self, message_id: str, field: str) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.field = field


def read(body: bytes) -> Form:
    """The form in a body of `application/x-www-form-urlencoded`; FieldInvalid or BodyNotUtf8."""
    try:
        fields = dict(parse_qsl(body.decode("ascii"), True, max_num_fields=_MOST_FIELDS, errors="strict"))
    except UnicodeDecodeError:
        raise BodyNotUtf8 from None
    except ValueError:
        raise FieldInvalid(field="?") from None
    # Browsers end the lines of a field with both characters.
    lines = {name: fields.get(name, "").replace("\r\n", "\n") for name in ("text", "suggested")}
    chosen = {name: fields.get(name, "") for name in ("source", "target", "problem")}
    return Form(**lines, **chosen, consent="consent" in fields, wish=_wish(fields))


def _wish(fields: Mapping[str, str]) -> Wish | None:
    said = fields.get("do", "")
    if not said:
        return None
    task, extra, nearest = (*said.split("."), "", "")[:3]
    for known in TASKS:
        for more in EXTRAS:
            if (task, extra) == (known, more) and nearest in ("", "nearest"):
                return Wish(known, more, bool(nearest))
    raise FieldInvalid(field="do")


def refuse_from_elsewhere(request: Request) -> None:
    """FormFromElsewhere for a form that another site sent through its visitor's browser.

    There is no cookie and no session to abuse, but the visitor's quota would be spent, and reports made up. Browsers on
    plain HTTP say only `Origin`; what is no browser says neither and is let through.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise FormFromElsewhere
        return
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = {request.headers.get("host"), request.headers.get("x-forwarded-host")}
    if urlsplit(origin).netloc not in own:
        raise FormFromElsewhere

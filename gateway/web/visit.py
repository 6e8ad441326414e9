"""One visit of the page: the form read, the wish done, the page or the file written. Nothing outlives the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from accessibility.rendering import AdapterName, Rendered
from gateway import problems
from gateway.errors import ERRORS, NO_NEAREST, GatewayError, NoBrailleTable, NoVoice
from gateway.parts import Parts
from gateway.problems import locale_of
from gateway.schemas.problems import Problem
from gateway.web import answers
from gateway.web.form import Extra, Form, Unsaid, Wish, read, refuse_from_elsewhere
from gateway.web.view import POLICY, Fault, Shown, fault, page
from locales.messages import message
from locales.tags import LanguageTag

# What each button makes of the result, and the end of the name of a file.
_OUTPUTS: Mapping[Extra, tuple[AdapterName, str]] = {
    "listen": ("audio", "wav"),
    "braille": ("braille", ""),
    "save_audio": ("audio", "wav"),
    "save_braille": ("braille", "txt"),
    "save_brf": ("braille", "brf"),
}


def blank(request: Request, service: Parts) -> Response:
    """The page with nothing filled in."""
    return _written(Shown(Form()), request, service)


def of_problem(request: Request, problem: Problem) -> Response:
    """The page about what went wrong before its form could be read."""
    return _written(Shown(Form(), fault=fault(problem)), request, request.app.state.parts, problem.status)


async def sent(request: Request, service: Parts) -> Response:
    """The page after its form was sent, or the file that was asked for; raises what is wrong with the form itself."""
    refuse_from_elsewhere(request)
    form = read(await request.body())
    if form.wish is None:
        return _written(Shown(form), request, service)
    shown = Shown(form)
    try:
        made = await answers.answer(form, request, service)
        article = await answers.rendered(made, "html", request, service)
        shown = replace(shown, answer=made, article=str(article.content))
        if form.wish.extra == "report":
            kept = await answers.report(form, made, request, service)
            shown = replace(shown, said="page.thanks_kept" if kept else "page.thanks")
        if form.wish.extra == "save_text":
            return _file(made.text.encode(), "text/plain; charset=utf-8", f"malgil-{made.lang}.txt")
        extra = await _extra(form.wish, made, request, service)
        if extra is not None and _is_file(form.wish, made):
            return _attached(form.wish, extra)
        return _written(replace(shown, extra=extra), request, service)
    except Unsaid as unsaid:
        told = Fault(message(unsaid.message_id, locale_of(request)), field=unsaid.field)
        return _written(replace(shown, fault=told), request, service, 422)
    except GatewayError as error:
        nearest = _nearest(error, form.wish)
        told = fault(problems.problem(request, error), nearest)
        return _written(replace(shown, fault=told), request, service, ERRORS[type(error)].status, error)


async def _extra(wish: Wish, made: answers.Answer, request: Request, service: Parts) -> Rendered | None:
    if wish.extra not in _OUTPUTS:
        return None
    name, _ = _OUTPUTS[wish.extra]
    return await answers.rendered(made, name, request, service, nearest=wish.nearest, brf=wish.extra == "save_brf")


def _is_file(wish: Wish, made: answers.Answer) -> bool:
    return wish.extra.startswith("save_") or (wish.extra == "listen" and len(made.text) > answers.PLAYED_CHARS)


def _attached(wish: Wish, extra: Rendered) -> Response:
    content = extra.content if isinstance(extra.content, bytes) else extra.content.encode()
    ending = _OUTPUTS[wish.extra][1]
    return _file(content, extra.content_type, f"malgil-{extra.lang}.{ending}", inline=wish.extra == "listen")


def _file(content: bytes, kind: str, name: str, *, inline: bool = False) -> Response:
    headers = {"Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def _nearest(error: GatewayError, wish: Wish) -> LanguageTag | None:
    """Whose voice or table a reader may accept, unless they did and it was not enough."""
    found = error.values.get("nearest")
    if not isinstance(error, NoVoice | NoBrailleTable) or wish.nearest or found == NO_NEAREST:
        return None
    return LanguageTag(str(found))


def _written(
    shown: Shown, request: Request, service: Parts, status: int = 200, error: GatewayError | None = None
) -> Response:
    locale = locale_of(request)
    headers = {
        "Content-Language": locale,
        "Vary": "Accept-Language",
        "Content-Security-Policy": POLICY,
        # `no-referrer` would make browsers hide the origin of the form, too.
        "Referrer-Policy": "same-origin",
    }
    if error is not None:
        headers |= problems.headers_of(error)
    return HTMLResponse(page(shown, service, locale), status, headers)

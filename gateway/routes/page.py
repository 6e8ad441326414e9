"""The web page at `/`, for people; its texts travel in the bodies of requests, never in their addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from gateway.parts import Parts, parts
from gateway.problems import PAGE_PATH
from gateway.schemas.problems import Problem

router = APIRouter(include_in_schema=False)


# Templates take longer to import than all routes together, and an API for programs may never show the page.
def problem_page(request: Request, problem: Problem) -> Response:
    """What went wrong with the page, as a page."""
    from gateway.web.visit import of_problem

    return of_problem(request, problem)


@router.api_route(PAGE_PATH, methods=["GET", "HEAD"])
async def page(request: Request, service: Annotated[Parts, Depends(parts)]) -> Response:
    """The page with nothing filled in."""
    from gateway.web.visit import blank

    return blank(request, service)


@router.post(PAGE_PATH)
async def form(request: Request, service: Annotated[Parts, Depends(parts)]) -> Response:
    """The page with what its form asked for, or a file of it."""
    from gateway.web.visit import sent

    return await sent(request, service)


@router.get("/page.css")
async def style() -> Response:
    """The page's style sheet; its address changes with it."""
    from gateway.web.view import style

    return Response(style()[0], media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})

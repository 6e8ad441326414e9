"""One API process: uvicorn around the application, on an address or on a socket the supervisor opened."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn

from gateway.app import async_client, create_app
from gateway.settings import PREFIX, Settings, SettingsInvalid
from gateway.succession import Offer
from gateway.telemetry import log


def serve(
    settings: Settings, offer: Offer, redis_url: str, descriptor: int | None, news: Callable[[], Offer | None]
) -> None:
    """Blocks until SIGTERM or SIGINT; running requests get `drain_ms` to finish. `news` tells of other models."""
    listening = socket.socket(fileno=descriptor) if descriptor is not None else listen(settings.host, settings.port)
    config = uvicorn.Config(
        create_app(settings, offer.catalogue, async_client(redis_url), offer.standings, offer.plan, news),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, settings.drain_ms // 1000),
    )
    log().info("api_starting", port=listening.getsockname()[1])
    asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))
    log().info("api_stopped")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises SettingsInvalid when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        where = f"{host}:{port} ({error.strerror})"
        raise SettingsInvalid(f"{PREFIX}HOST, {PREFIX}PORT: cannot listen on {where}. Choose others.") from None
    return listening

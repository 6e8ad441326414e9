"""uvicorn around an application, on a socket that is open already."""

from __future__ import annotations

import asyncio
import signal
import socket

import uvicorn
from fastapi import FastAPI

from gateway.settings import Settings
from gateway.slow_clients import impatient

# Longer than the minute after which balancers and clients close a connection themselves: no request of theirs then
# meets one that was closed here a moment before.
KEEP_ALIVE_S = 75


def run(app: FastAPI, settings: Settings, listening: socket.socket) -> None:
    """Blocks until SIGTERM or SIGINT; running requests get `drain_ms` to finish."""
    config = uvicorn.Config(
        app,
        ws="none",  # else a library for it is imported
        http=impatient(settings.slow_request_ms / 1000),
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=max(1, settings.drain_ms // 1000),
    )
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn takes the signals over while it serves and raises them again when it has finished: that must not kill us.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    # uvicorn chooses its loop (uvloop, where there is one) only when it runs itself: asyncio's own takes a third more.
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listening]))

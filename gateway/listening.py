"""The socket of the REST API, opened once and handed to every API process."""

from __future__ import annotations

import socket

from gateway.settings import PREFIX, SettingsInvalid


def listen(host: str, port: int, setting: str = "") -> socket.socket:
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
        raise SettingsInvalid(
            f"{PREFIX}{setting}HOST, {PREFIX}{setting}PORT: cannot listen on {where}. Choose others."
        ) from None
    return listening

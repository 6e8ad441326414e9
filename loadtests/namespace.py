"""Runs a command in a network of its own: `python -m loadtests.namespace SOCKET PORT COMMAND…`, or `--probe`.

Two nameless network namespaces, each with one TUN device: the command lives at 10.213.0.2, and 10.213.0.1 listens on
PORT in the other. The two devices and the listening socket go through the unix socket to the process that carries the
packets (loadtests.link). Nothing outside is changed, and all of it is gone when the last process ends.

Without root it needs user namespaces. TUN devices and not `tc netem`: netem is a kernel module that small kernels lack.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

FAR, NEAR = "10.213.0.1", "10.213.0.2"
"""The service's end of the link and the callers' end, inside the namespaces."""

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_SIOCSIFFLAGS, _SIOCSIFADDR, _SIOCSIFNETMASK, _IFF_UP = 0x8914, 0x8916, 0x891C, 0x1
_MASK = "255.255.255.252"


def open_network(port: int) -> tuple[int, int, socket.socket]:
    """(near device, far device, socket that listens at the far end); the process is at the near end afterwards.

    Raises OSError where it is not permitted.
    """
    if os.geteuid():
        user, group = os.geteuid(), os.getegid()
        _unshare(CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    _unshare(CLONE_NEWNET)
    far = _device("far", FAR)
    listening = socket.create_server((FAR, port), backlog=2048)
    _unshare(CLONE_NEWNET)
    return _device("near", NEAR), far, listening


def _unshare(what: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(what):
        number = ctypes.get_errno()
        raise OSError(number, f"unshare: {os.strerror(number)}")


def _device(name: str, address: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for request, value in ((_SIOCSIFADDR, address), (_SIOCSIFNETMASK, _MASK)):
            fcntl.ioctl(
                control, request, struct.pack("16sHH4s8x", name.encode(), socket.AF_INET, 0, socket.inet_aton(value))
            )
        for interface in ("lo", name):
            fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH22x", interface.encode(), _IFF_UP))
    return device


def main() -> None:
    if sys.argv[1] == "--probe":
        open_network(8080)
        return
    with socket.socket(fileno=int(sys.argv[1])) as carrier:
        near, far, listening = open_network(int(sys.argv[2]))
        socket.send_fds(carrier, [b"open"], [near, far, listening.fileno()])
        carrier.recv(1)
    os.execvp(sys.argv[3], sys.argv[3:])


if __name__ == "__main__":
    try:
        main()
    except OSError as fault:
        sys.exit(f"{fault.strerror or fault}{f' ({fault.filename})' if fault.filename else ''}")

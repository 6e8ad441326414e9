"""Programs that speak and write braille, each run as a process of its own with a deadline.

A process, not a library: a crash or a hang of theirs ends with them, and liblouis is not safe for threads.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence

from accessibility.rendering import ToolFailed, ToolMissing, ToolTimedOut

_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"}


def installed(tool: str) -> bool:
    """Whether the program is there to be run."""
    return shutil.which(tool) is not None


def countdown(deadline_s: float) -> Callable[[], float]:
    """How many seconds are left of a deadline that begins now and holds for several programs together."""
    ends = time.monotonic() + deadline_s
    return lambda: max(0.0, ends - time.monotonic())


def run(command: Sequence[str], text: bytes, deadline_s: float) -> bytes:
    """What a program writes when it reads `text`; ToolMissing, ToolFailed, or ToolTimedOut after `deadline_s` seconds.

    However it ends, nothing of it runs on.
    """
    tool = command[0]
    path = shutil.which(tool)
    if path is None:
        raise ToolMissing(tool)
    # A session of its own, so that what the program itself starts can be ended with it.
    process = subprocess.Popen(
        [path, *command[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_ENVIRONMENT,
        start_new_session=True,
    )
    with process:
        try:
            written, _ = process.communicate(text, timeout=deadline_s)
        except subprocess.TimeoutExpired:
            raise ToolTimedOut(tool, deadline_s) from None
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise ToolFailed(tool)
    return written

"""The owner's side of forked kernels: the warm parent is asked here, and its kernels watched.

Nothing of Jupyter is imported: who hands out work that others do has one too.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pvtools import places
from pvtools.kernels import INLINE

#: imported in the warm parent of anybody's notebook; a name that is not installed is passed over
GENERAL = (
    "IPython.core.completerlib",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "PIL.JpegImagePlugin",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "ipywidgets",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
    "numpy",
    "pandas",
    "psutil",
    "seaborn",
    "tornado.platform.asyncio",
)
#: and of a notebook of ours
PRELOAD = (
    *GENERAL,
    "pvtools.dashboards.borough",
    "pvtools.profiles",
    "pvtools.profiles.warmed",
)

#: the current folder is kept off the path: no file lying there may stand in for a library
_START = (
    "import sys; sys.path[:1] = filter(None, sys.path[:1]); "
    "from pvtools.kernels.warm import main; main()"
)


class CannotForkError(Exception):
    """Why an ordinary kernel has to do; nothing a user did wrong, so not a ``PvtoolsError``."""


class ForkedKernel:
    """A kernel that somebody else forked, in the words of ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid, self._channel = pid, channel
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code (negative: the signal that ended it), or None while it runs."""
        return self._read(0)

    def wait(self) -> int | None:
        """Wait for the end and return the exit code."""
        return self._read(None)

    def send_signal(self, signum: int) -> None:
        """Signal the kernel and what it has started, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def _read(self, patience: float | None) -> int | None:
        if self.returncode is None:
            self._channel.settimeout(patience)
            try:
                code = self._channel.recv(64)
            except (BlockingIOError, TimeoutError):
                return None
            if not code:  # the warm parent is gone, and with it whoever could report
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
            self.returncode = int(code or -signal.SIGKILL)
            self._channel.close()
        return self.returncode


class WarmParent:
    """The process that forks, as those see it who may ask: its owner, and whom its owner lets.

    It lives as long as one of them does. ``env`` is the environment it starts in.
    """

    _counting = threading.Lock()

    def __init__(
        self,
        preload: Sequence[str],
        *,
        patience: float = 120.0,
        env: Mapping[str, str] = os.environ,
    ) -> None:
        if not hasattr(os, "pidfd_open"):
            # Windows has no fork; macOS has one, but its own libraries do not survive it
            raise CannotForkError("this system cannot fork a process that has libraries loaded")
        self.env, self._patience = dict(env), patience
        self.made_of = _stamp(preload, self.env)
        self._kernels: weakref.WeakSet[ForkedKernel] = weakref.WeakSet()
        self.process: subprocess.Popen | None
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        single = dict.fromkeys(("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        usual = {  # what ipykernel would set, and no message about a debugger
            "MPLBACKEND": INLINE,
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own module, no outside words
                [sys.executable, "-c", _START, str(theirs.fileno()), json.dumps(list(preload))],
                env={**usual, **self.env, **single},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the owner to deal with
            )

    def __getstate__(self) -> dict[str, Any]:
        """Return what a process gets that its owner starts: all but what the owner sees to."""
        return {"env": self.env, "socket": self.socket, "_patience": self._patience}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take what the owner has given; there is no process to wait for, nor kernels yet."""
        self.__dict__.update(state, process=None, _kernels=weakref.WeakSet())

    def ready(self) -> None:
        """Wait until it has imported what it was asked to.

        Raises
        ------
        CannotForkError
            It cannot fork kernels, or takes too long; it has ended then.
        """
        fault = "it was interrupted"
        try:
            self.socket.settimeout(self._patience)
            fault = json.loads(self.socket.recv(1 << 16) or '"it ended while starting"')
        except TimeoutError:
            fault = f"it was not ready after {self._patience:.0f} seconds"
        finally:
            if fault:
                self.process.kill()
                self.close()
        if fault:
            raise CannotForkError(f"the process that forks kernels did not start: {fault}")

    @property
    def lives(self) -> bool:
        """Say whether it can still be asked."""
        ended = select.poll()
        ended.register(self.socket, 0)  # the end is always told
        return not ended.poll(0)

    def is_current(self, preload: Sequence[str]) -> bool:
        """Say whether its owner would find the same code and data now; others leave that to it."""
        return self.process is None or self.made_of == _stamp(preload, os.environ)

    @property
    def busy(self) -> bool:
        """Say whether a kernel that was asked for here has not been seen to end."""
        with self._counting:
            return any(kernel.returncode is None for kernel in self._kernels)

    def fork(self, arguments: Sequence[str], env: Mapping[str, str], cwd: str) -> ForkedKernel:
        """Ask for one kernel; several threads and processes may ask at once."""
        channel, to_owner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {"arguments": list(arguments), "env": dict(env), "cwd": cwd}
        try:
            with to_owner:
                packet = json.dumps(request).encode()
                socket.send_fds(self.socket, [packet], [to_owner.fileno()])
            channel.settimeout(self._patience)  # it may be importing still
            kernel = ForkedKernel(int(channel.recv(64)), channel)
        except (OSError, ValueError) as error:
            channel.close()
            raise CannotForkError(f"the process that forks did not answer ({error})") from error
        with self._counting:
            self._kernels.add(kernel)
        return kernel

    def close(self) -> None:
        """Let go of it; once all have, it ends, and its kernels with it."""
        self.socket.close()
        if self.process is not None:
            self.process.wait()


_parents: dict[tuple[str, ...], WarmParent | str] = {}  # a string is the reason there is none
_retired: list[WarmParent] = []  # code or data have changed since; their kernels still run
_starting = threading.Lock()


def warm_parent(preload: Sequence[str] = PRELOAD) -> WarmParent:
    """Return this process's warm parent with these modules, started on first use.

    One of its own it starts anew once our code or the data have changed, or it has died; kernels
    that run stay as they are.
    """
    with _starting:
        known = _parents.get(key := tuple(preload))
        if isinstance(known, WarmParent) and not (known.lives and known.is_current(key)):
            _retired.append(known)
            known = None
        for one in [old for old in _retired if not (old.lives and old.busy)]:
            _retired.remove(one)
            one.close()
        if known is None:
            try:
                known = WarmParent(preload)
                known.ready()
            except CannotForkError as reason:
                known = str(reason)  # remembered: trying again would cost seconds each time
            _parents[key] = known
    if isinstance(known, str):
        raise CannotForkError(known)
    return known


def join(preload: Sequence[str], known: WarmParent) -> None:
    """Fork this process's kernels from a warm parent that another one has started."""
    with _starting:
        _parents[tuple(preload)] = known


def _stamp(preload: Sequence[str], env: Mapping[str, str]) -> tuple[object, ...]:
    """Return what tells whether modules of ours, and what they make of the data, are outdated."""
    if not any(name.startswith("pvtools.") for name in preload):
        return ()
    folders = places.shipped_data(), Path(env.get("PVTOOLS_DATA") or places.shipped_data())
    return places.code_stamp(), *((str(one), places.tree_stamp(one)) for one in folders)


def _all() -> list[WarmParent]:
    return [one for one in (*_parents.values(), *_retired) if isinstance(one, WarmParent)]


@atexit.register
def close() -> None:
    """End the warm parents of this process; the next kernel starts a new one."""
    with _starting:
        for known in _all():
            known.close()
        _parents.clear()
        _retired.clear()


def _disown() -> None:
    """Let go, in a process forked from the owner, of what stays the owner's.

    A copy of the socket would keep the warm parent alive past its owner.
    """
    global _starting
    _starting = threading.Lock()  # another thread may have held the old one
    for known in _all():
        known.socket.close()
        if known.process is not None:
            known.process.returncode = 0  # not this process's child to wait for
    _parents.clear()
    _retired.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_disown)

"""The Jupyter side of forked kernels: ask the warm parent, and watch over what it forked.

Where a kernel cannot be forked, an ordinary one starts instead and the reason is logged, once.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import List, Unicode

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

#: how the names begin of variables that Python or a library reads once, while it starts
_READ_ONCE = ("LD_", "MATPLOTLIBRC", "MPL", "PYTHON")

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
    """The process that forks, as its owner sees it."""

    def __init__(self, preload: Sequence[str], *, patience: float = 120.0) -> None:
        if not hasattr(os, "pidfd_open"):
            # Windows has no fork; macOS has one, but its own libraries do not survive it
            raise CannotForkError("this system cannot fork a process that has libraries loaded")
        self.env = dict(os.environ)
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
        fault = "it was interrupted"
        try:
            self.socket.settimeout(patience)
            fault = json.loads(self.socket.recv(1 << 16) or '"it ended while starting"')
        except TimeoutError:
            fault = f"it was not ready after {patience:.0f} seconds"
        finally:
            if fault:
                self.process.kill()
                self.close()
        if fault:
            raise CannotForkError(f"the process that forks kernels did not start: {fault}")

    def fork(self, arguments: Sequence[str], env: Mapping[str, str], cwd: str) -> ForkedKernel:
        """Ask for one kernel; several threads may ask at once."""
        channel, to_owner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {"arguments": list(arguments), "env": dict(env), "cwd": cwd}
        try:
            with to_owner:
                packet = json.dumps(request).encode()
                socket.send_fds(self.socket, [packet], [to_owner.fileno()])
            channel.settimeout(30)
            return ForkedKernel(int(channel.recv(64)), channel)
        except (OSError, ValueError) as error:
            channel.close()
            raise CannotForkError(f"the process that forks did not answer ({error})") from error

    def close(self) -> None:
        """Let the warm parent end, and its kernels with it."""
        self.socket.close()
        self.process.wait()


_parents: dict[tuple[str, ...], WarmParent | str] = {}  # a string is the reason there is none
_starting = threading.Lock()
_logged: set[str] = set()


def warm_parent(preload: Sequence[str] = PRELOAD) -> WarmParent:
    """Return this process's warm parent with these modules, started on first use."""
    with _starting:
        known = _parents.get(key := tuple(preload))
        if isinstance(known, WarmParent) and known.process.poll() is not None:
            known.close()
            known = None
        if known is None:
            try:
                known = WarmParent(preload)
            except CannotForkError as reason:
                known = str(reason)  # remembered: trying again would cost seconds each time
            _parents[key] = known
    if isinstance(known, str):
        raise CannotForkError(known)
    return known


@atexit.register
def close() -> None:
    """End the warm parents of this process; the next kernel starts a new one."""
    with _starting:
        for known in _parents.values():
            if isinstance(known, WarmParent):
                known.close()
        _parents.clear()


def _disown() -> None:
    """Let go, in a process forked from the owner, of what stays the owner's.

    A copy of the socket would keep the warm parent alive past its owner.
    """
    global _starting
    _starting = threading.Lock()  # another thread may have held the old one
    for known in _parents.values():
        if isinstance(known, WarmParent):
            known.socket.close()
            known.process.returncode = 0  # not this process's child to wait for
    _parents.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_disown)


class ForkProvisioner(LocalProvisioner):
    """Starts a Jupyter kernel by forking it from the warm parent."""

    preload = List(Unicode(), default_value=list(PRELOAD)).tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel, forked where that is possible; other arguments are ``Popen``'s."""
        try:
            # in a thread: while the first one waits for the imports, a server goes on serving
            self.process = await asyncio.to_thread(self._fork, cmd, **kwargs)
        except CannotForkError as reason:
            if str(reason) not in _logged:
                _logged.add(str(reason))
                self.log.warning("Kernels start the ordinary, slower way: %s.", reason)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel's process group, but never a group that is no longer the kernel's."""
        if isinstance(self.process, ForkedKernel):
            self.process.send_signal(signum)
        else:
            await super().send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and see it ended: who asks would look again a tenth of a second later."""
        await super().kill(restart)
        for _ in range(100):
            if not isinstance(self.process, ForkedKernel) or self.process.poll() is not None:
                break
            await asyncio.sleep(0.005)

    def _fork(
        self, cmd: list[str], env: Mapping[str, str], cwd: str | None = None, **other: Any
    ) -> ForkedKernel:
        if cmd[:3] != [sys.executable, "-m", "ipykernel_launcher"]:
            raise CannotForkError("the kernel is not the ipykernel of this Python")
        other = {name: value for name, value in other.items() if value is not None}
        if extra := sorted(other.keys() - {"extra_arguments", "kernel_id"}):  # given in cmd and env
            raise CannotForkError(f"the kernel is to be started with {', '.join(extra)}")
        if cwd is not None and not Path(cwd).is_dir():
            raise CannotForkError(f"the folder {cwd} does not exist")
        parent = warm_parent(self.preload)
        changed = sorted(
            name
            for name in {*env, *parent.env}
            if name.startswith(_READ_ONCE) and env.get(name) != parent.env.get(name)
        )
        if changed:
            raise CannotForkError(f"{', '.join(changed)} differ from when the imports were done")
        return parent.fork(cmd[3:], env, str(cwd or Path.cwd()))

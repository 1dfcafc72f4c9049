"""The kernel a report runs in: this very interpreter, whatever is or is not installed for Jupyter.

A kernel found by name may belong to another environment, and would then report another
environment's figures. Sockets live in a folder of their own rather than on TCP ports, because
kernels that start side by side now and then draw the same free port and one of them dies.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import signal
import sys
import tempfile
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from pvtools.kernels import INLINE
from pvtools.kernels.parent import PRELOAD

#: what is imported before kernels are forked; a worker sets it before its first report
preload: Sequence[str] = PRELOAD

#: of the path of temporary files, in bytes: the folder and the name of a socket are to come
_LONGEST = 75

_alive: weakref.WeakSet[ReportKernel] = weakref.WeakSet()


class _ThisInterpreter(KernelSpecManager):
    """Knows one kernel: the interpreter that is running now."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        spec = KernelSpec(
            argv=[
                *(sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"),
                *("--ext", "pvtools.reports.limits", "--ext", "pvtools.reports.drawn"),
            ],
            display_name="Python 3",
            language="python",
            interrupt_mode="signal",
            env={"MPLBACKEND": INLINE},  # whatever the user has set for a desktop
            metadata={
                "kernel_provisioner": {
                    "provisioner_name": "pvtools-fork",
                    "config": {"preload": list(preload)},
                }
            },
        )
        if not KernelProvisionerFactory.instance().is_provisioner_available(spec):
            spec.metadata = {}  # run from a source tree that was never installed
        return spec


class _Client(AsyncKernelClient):
    """Is ready once the kernel has answered and what it shows arrives.

    Jupyter's own then waits a fifth of a second for more, which belongs to no cell.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        while time.monotonic() < end:
            self.kernel_info()
            with contextlib.suppress(Empty):
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
            if not await self.is_alive():
                raise RuntimeError("The kernel died before it answered.")
        raise RuntimeError(f"The kernel did not answer within {timeout} seconds.")


class ReportKernel(AsyncKernelManager):
    """Starts the current interpreter as a kernel and leaves nothing behind."""

    def __init__(self, **options: Any) -> None:
        # A short path: the address of a Unix socket has about a hundred characters.
        long = os.name == "posix" and len(os.fsencode(tempfile.gettempdir())) > _LONGEST
        short = "/tmp" if long else None  # noqa: S108 - the folder made in it is the user's alone
        self._folder = Path(tempfile.mkdtemp(prefix="pvtools-", dir=short))
        options.setdefault("kernel_spec_manager", _ThisInterpreter())
        options.setdefault("client_factory", _Client)
        options.setdefault("connection_file", str(self._folder / "k.json"))
        if os.name == "posix":
            options.setdefault("transport", "ipc")
        super().__init__(**options)
        _alive.add(self)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if not restart:
            _alive.discard(self)
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources

    def kill_now(self) -> None:
        """End the kernel's process at once, from any thread."""
        pid = getattr(self.provisioner, "pid", None)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        shutil.rmtree(self._folder, ignore_errors=True)


def kill_all() -> None:
    """End every kernel this process has started: it is about to end itself."""
    for kernel in list(_alive):
        kernel.kill_now()

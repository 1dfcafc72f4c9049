"""The Jupyter side of forked kernels: each is asked of the warm parent.

Where a kernel cannot be forked, an ordinary one starts instead and the reason is logged, once.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import List, Unicode

from pvtools.kernels.parent import PRELOAD, CannotForkError, ForkedKernel, warm_parent

#: how the names begin of variables that Python or a library reads once, while it starts
_READ_ONCE = ("LD_", "MATPLOTLIBRC", "MPL", "PYTHON")

_logged: set[str] = set()


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

"""The warm parent: imports everything once, then forks a kernel for each request.

It stays single-threaded, because a fork copies only the thread that calls it and leaves the locks
of the others shut for ever: no ZeroMQ context, no event loop, no BLAS workers in here. Requests
come as packets over a socket that its owner holds, and processes to which the owner has passed it.
When all of them have died, however they die, the socket closes, and the warm parent ends its
kernels and itself. A kernel also ends with the process that asked for it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import logging
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

#: more than Linux lets through in one packet, so that no request is cut short
PACKET = 1 << 22


@dataclass
class _Child:
    pid: int
    to_owner: socket.socket
    is_wanted: bool = True


def main() -> None:
    """Import what is asked for, then serve; in a forked kernel, run that kernel and end."""
    owner = socket.socket(fileno=int(sys.argv[1]))
    fault = _preload(json.loads(sys.argv[2]))
    try:
        owner.send(json.dumps(fault).encode())
    except BrokenPipeError:  # the owner ended while we were starting
        return
    if not fault and (request := _serve(owner)):
        _become_kernel(**request)


def _preload(names: Sequence[str]) -> str:
    """Import the modules; return why kernels must not be forked from here, if they must not."""
    gc.disable()  # a collection in the parent would only churn pages the kernels could share
    for name in names:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not (error.name and f"{name}.".startswith(f"{error.name}.")):
                return f"the module {name} needs {error.name}, which is not installed"
        except Exception as error:
            return f"the module {name} cannot be imported ({type(error).__name__}: {error})"
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads > 1:
        return f"the imported modules started threads ({threads} instead of 1)"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError as error:
        return f"this system does not let a process watch over another ({error})"
    gc.collect()
    gc.freeze()  # the collector then leaves these objects, and their shared pages, alone
    return ""


def _serve(owner: socket.socket) -> dict:
    """Fork once per request until the owner is gone. Return the request in the kernel only."""
    children: dict[int, _Child] = {}  # by process file descriptor, readable once the kernel ended
    while True:
        asked = {child.to_owner: child for child in children.values() if child.is_wanted}
        for ready in wait([owner, *children, *asked]):
            if ready in asked:  # its owner is gone, or has let go of it
                asked[ready].is_wanted = False
                if asked[ready] in children.values():  # else it ended just now
                    _kill(asked[ready].pid)
            elif ready is owner:
                packet = b""
                with contextlib.suppress(ConnectionResetError):  # gone without a last look
                    packet, descriptors, *_ = socket.recv_fds(owner, PACKET, 1)
                if not packet:
                    return _end(children)
                to_owner = socket.socket(fileno=descriptors[0])
                try:
                    pid = os.fork()
                except OSError:  # no memory or no process left: an answer that is none
                    to_owner.close()
                    continue
                if pid == 0:
                    # what belongs to the parent must not stay open in a kernel: an end of a
                    # socket kept here would hide the parent's death from the owner
                    for held in (owner, to_owner, *(child.to_owner for child in children.values())):
                        held.close()
                    for descriptor in children:
                        os.close(descriptor)
                    return json.loads(packet)
                with contextlib.suppress(OSError):
                    os.setpgid(pid, pid)  # here as well as there, so that it holds once pid is sent
                children[os.pidfd_open(pid)] = _Child(pid, to_owner)
                _report(to_owner, pid)
            else:
                child = children.pop(ready)
                os.close(ready)
                _report(child.to_owner, os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1]))
                child.to_owner.close()


def _report(to_owner: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # the owner may have let go of this kernel
        to_owner.send(str(number).encode())


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _end(children: dict[int, _Child]) -> dict:
    for child in children.values():
        _kill(child.pid)
    for child in children.values():
        os.waitpid(child.pid, 0)
    return {}


def _become_kernel(arguments: list[str], env: dict[str, str], cwd: str | None) -> None:
    """Put on the environment a fresh process would have had, and run ipykernel until it ends."""
    atexit._clear()  # what was registered so far is the parent's to clean up
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)  # an interrupt reaches the kernel and what it started, and nobody else
    parent = os.getppid()
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    if cwd:
        os.chdir(cwd)
    sys.argv = ["ipykernel_launcher", *arguments]
    tempfile.tempdir = None  # was found in the parent's environment
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # the global generator, which would repeat itself in every fork
    gc.enable()

    from ipykernel.kernelapp import IPKernelApp

    # Every shutdown begins with an interrupt; one that meets the last cell's tail is no error.
    logging.getLogger("IPKernelApp").addFilter(
        lambda record: not record.getMessage().startswith("KeyboardInterrupt caught")
    )
    code = 0
    try:
        # ipykernel looks every second whether this parent still lives
        IPKernelApp.launch_instance(arguments, parent_handle=parent)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    # The thread that took the request to shut down may still be flushing through the very
    # threads that ipykernel's exit function closes; it would then wait ten seconds for them.
    if control := IPKernelApp.instance().control_thread:
        control.join(timeout=1)
    # Taking the interpreter down would touch, and so copy, every shared page: leave at once.
    atexit._run_exitfuncs()
    with contextlib.suppress(Exception):
        sys.__stdout__.flush()
        sys.__stderr__.flush()
    os._exit(code)

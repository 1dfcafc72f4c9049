"""The workers of a Dask cluster in place of our own: they share no folder with this machine.

Dask hands the report of a worker that is lost to another one, and gives up one that has cost
several workers. Publishing is done here, as ever.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pvtools.errors import PvtoolsError, UsageError
from pvtools.reports import away, execute, folder
from pvtools.reports.away import Errand
from pvtools.reports.build import Draft, GoneError, Order
from pvtools.reports.inputs import Inputs
from pvtools.reports.worker import Shared

if TYPE_CHECKING:  # an extra: there only for those who have a cluster
    from distributed import Client

#: seconds in which a scheduler must answer, and in which it is taken leave of
_PATIENCE = 10


@contextmanager
def joined(address: str, inputs: Inputs, *, shared: Shared) -> Iterator[Cluster]:
    """Give the workers of the scheduler at ``address``, once all are found to be as this machine.

    A ``UsageError`` says that Dask is missing, no scheduler or worker answers, or workers differ.
    """
    client = _connected(address)
    cluster = Cluster(client, address, shared)
    try:
        cluster.compare(inputs)
        yield cluster
    finally:
        with suppress(OSError):  # it may go just now
            cluster.dismiss()
        client.close(timeout=_PATIENCE)


class Cluster:
    """What :class:`~pvtools.reports.crew.Crew` is, on other machines."""

    def __init__(self, client: Client, address: str, shared: Shared) -> None:
        self.size = 0
        self._client, self._address, self._shared = client, address, shared
        self._executor = client.get_executor(pure=False, retries=0)
        self._batch = uuid.uuid4().hex

    def compare(self, inputs: Inputs) -> None:
        """Refuse workers on which a report could come out otherwise, all of them at once."""
        made_from = inputs.made_from
        threads, data = self._client.nthreads(), bool(made_from["data"])
        answers = self._client.run(away.facts, inputs.files(), data, on_error="return")
        if not answers:
            raise UsageError(
                f"The scheduler at {self._address} has no workers. Start one or more with: "
                f"dask worker {self._address} --nthreads 1"
            )
        faults = [
            f"  {worker}: {'; '.join(found)}"
            for worker, answer in sorted(answers.items())
            if (found := _faults(made_from, answer, threads.get(worker, 1)))
        ]
        if faults:
            raise UsageError(
                "Workers differ from this machine, and nothing was begun:\n"
                + "\n".join(faults)
                + "\nInstall the same pvtools and packages on each (requirements.lock), copy the "
                "data folder there and name it in PVTOOLS_DATA, and start it with: "
                f"dask worker {self._address} --nthreads 1"
            )
        self.size = len(answers)

    def check(self, notebook: Path, parameters: Mapping[str, Any]) -> None:
        """Refuse parameters that the notebook does not take."""
        execute.check(notebook, parameters)

    def draft(self, order: Order, inputs: Inputs) -> Future[Any]:
        """Return the future of a report and its files, to be given to :meth:`received`."""
        errand = Errand(order, inputs.files(), inputs.made_from, self._shared, self._batch)
        return self._executor.submit(away.make, errand)

    def received(self, future: Future[Any], order: Order) -> Draft:
        """Return the report that has come home, with its files where reports are made."""
        from distributed import KilledWorker

        try:
            draft, files = future.result()
        except KilledWorker:
            return Draft(order, error=_KILLED)
        except CancelledError:
            raise GoneError(
                f"The scheduler at {self._address} is gone, or has dropped this batch. What was "
                "finished stands: see that it and its workers run, then run the same again."
            ) from None
        except PvtoolsError as error:
            return Draft(order, error=str(error))
        home = folder.building(order.out_dir, order.subject.slug)
        for name, content in files.items():
            folder.write(home / name, content)
        return replace(draft, order=order)

    def dismiss(self) -> None:
        """Cancel what is outstanding, and end the kernels of what is being made."""
        if self._client.status == "running":
            self._executor.shutdown(wait=False)
            self._client.run(away.stop, self._batch, on_error="ignore")


_KILLED = (
    "Each worker that made this report was ended from outside, perhaps for want of memory. "
    "Try it on this machine alone: without --scheduler, with --jobs 1."
)


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "Reports can be made on a cluster only where Dask is installed. "
            'Install it with: pip install "pvtools[cluster]"'
        ) from None
    for name in ("distributed", "distributed.client"):  # what matters is said by us
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        asyncio.run(_tried(address))
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except Exception as error:  # the address, the network, certificates
        raise UsageError(
            f"No Dask scheduler answers at {address} ({str(error) or 'in time'}). Start one "
            "with: dask scheduler, and give the address that it shows, such as tcp://127.0.0.1:8786"
        ) from None


async def _tried(address: str) -> None:
    """Connect once: a client that cannot would leave half of itself behind."""
    from distributed.comm import connect
    from distributed.security import Security

    secured = Security().get_connection_args("client")
    comm = await asyncio.wait_for(connect(address, timeout=_PATIENCE, **secured), _PATIENCE)
    await comm.close()


def _faults(made_from: Mapping[str, Any], answer: Any, threads: int) -> list[str]:
    found = [] if threads == 1 else [f"it has {threads} threads, and a notebook needs a process"]
    if isinstance(answer, Exception):
        return [*found, f"it could not be compared ({answer})"]
    return found + away.differences(made_from, answer)

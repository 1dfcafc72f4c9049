"""Kernels that start in a moment: each is forked from one process that has imported everything.

An ordinary kernel spends two seconds importing pandas and seaborn, and keeps its own copy of them.
Here one *warm parent* imports them once; a kernel is a fork of it and shares what it does not
change. The parts: ``provisioner`` runs where Jupyter runs and asks, through ``parent``; ``warm``
runs in the parent and forks; the folder ``jupyter`` holds the kernel specification.

The specification is found through ``JUPYTER_PATH``, set by :func:`offer` at run time, rather than
by files installed under the environment's ``share/jupyter``: an editable install places no such
files, and a kernel that only our own commands need should not turn up in everyone's launcher.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

#: the name to give Papermill (``kernel_name=``) or to write in a notebook's kernelspec
NAME = "pvtools"

#: matplotlib's backend in a kernel: figures stand where they are drawn, and no window opens
INLINE = "module://matplotlib_inline.backend_inline"


#: the folder that has to stand on ``JUPYTER_PATH`` for the kernel to be found
JUPYTER = Path(__file__).parent / "jupyter"


def offer(*folders: Path) -> None:
    """Let Jupyter find the kernel ``pvtools``, here and in every process started from here.

    What is in ``folders`` is found too. Call it before a kernel manager, Papermill or Voila is
    created. Calling twice changes nothing.

    Examples
    --------
    >>> offer()
    >>> from jupyter_client.kernelspec import KernelSpecManager
    >>> KernelSpecManager().get_kernel_spec(NAME).display_name
    'Python 3 (pvtools, forked)'
    """
    held = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    paths = dict.fromkeys([str(JUPYTER), *map(str, folders), *filter(None, held)])
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)


def warm_up(preload: Sequence[str] = ()) -> str:
    """Start the warm parent of this process now, so that the first kernel need not wait for it.

    Parameters
    ----------
    preload
        What it imports; by default what notebooks of ours need.

    Returns
    -------
    str
        Empty when kernels will be forked, otherwise the reason why they will be ordinary ones.
    """
    from pvtools.kernels.parent import PRELOAD, CannotForkError, warm_parent

    try:
        warm_parent(preload or PRELOAD)
    except CannotForkError as reason:
        return str(reason)
    return ""

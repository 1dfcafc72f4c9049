"""Imported by the process that forks kernels: makes what all reports share, once, before it forks.

Whatever goes wrong here will go wrong again where it is needed, and be reported there.
"""

from __future__ import annotations

import contextlib
import os

from pvtools import areas, places, profiles
from pvtools.errors import PvtoolsError
from pvtools.profiles import everywhere
from pvtools.profiles.safety import shared

with contextlib.suppress(PvtoolsError):
    everywhere.of().prepare()
    _ = shared(everywhere.of()).scores
    if os.environ.get(places.UNITS):
        everywhere.of().units.prepare()
    # One figure with every weight of type: fonts are found and opened once, not in every kernel.
    _ = profiles.load(areas.LONDON).map

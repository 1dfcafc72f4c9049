"""Imported by the process that forks kernels: makes what all reports share, once, before it forks.

Whatever goes wrong here will go wrong again where it is needed, and be reported there.
"""

from __future__ import annotations

import contextlib
import os

from pvtools import areas, places, profiles
from pvtools.errors import PvtoolsError
from pvtools.exhibits import Exhibit
from pvtools.profiles import everywhere, wards
from pvtools.profiles.safety import safety_scores

_shared = os.environ.get(places.SHARED)
with contextlib.suppress(PvtoolsError):
    if _shared == "wards":
        some = wards.of()
        # One figure with every weight of type: fonts are found and opened once, not in each kernel.
        _ = profiles.load_ward(next(iter(some.listed.areas))).kinds
    else:
        every = everywhere.of()
        every.prepare()
        with contextlib.suppress(PvtoolsError):  # figures of no index are said where it stands
            safety_scores(every)
        if _shared == "units":
            every.units.prepare()
        # Its maps are framed for each area, not drawn anew.
        opinion = profiles.load(areas.LONDON).opinion
        every.keep()
        if isinstance(opinion, Exhibit):
            opinion.drawing.svg()
    places.code_digest()

"""Imported by the process that forks kernels: makes what all reports share, once, before it forks.

Whatever goes wrong here will go wrong again where it is needed, and be reported there.
"""

from __future__ import annotations

import contextlib
import os

from pvtools import areas, places, profiles
from pvtools.errors import PvtoolsError
from pvtools.exhibits import Exhibit
from pvtools.profiles import everywhere
from pvtools.profiles.safety import safety_scores

with contextlib.suppress(PvtoolsError):
    every = everywhere.of()
    every.prepare()
    with contextlib.suppress(PvtoolsError):  # figures that bear no index are said where it stands
        safety_scores(every)
    if os.environ.get(places.UNITS):
        every.units.prepare()
    opinion = profiles.load(areas.LONDON).opinion  # its maps are framed for each area, not drawn
    every.keep()
    places.code_digest()
    # One figure with every weight of type: fonts are found and opened once, not in every kernel.
    if isinstance(opinion, Exhibit):
        opinion.drawing.svg()

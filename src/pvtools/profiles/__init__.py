"""Profiles: estimates gathered once, as the exhibits every surface shows.

``load`` gives a borough's profile, ``load_ward`` a ward's, ``study`` and ``respondents`` the
confidence chapter, ``demand`` the demand chapter, ``holdings`` what is held.
"""

from __future__ import annotations

from pvtools.profiles.borough import Profile, load
from pvtools.profiles.calls import Calls
from pvtools.profiles.compared import Compared, compare
from pvtools.profiles.confidence import Study, study
from pvtools.profiles.demand import Demand, demand
from pvtools.profiles.distortion import Distortion, distortion
from pvtools.profiles.everywhere import Everywhere
from pvtools.profiles.gathered import Gathered
from pvtools.profiles.holdings import Holdings, holdings
from pvtools.profiles.respondents import Respondents, respondents
from pvtools.profiles.safety import Safety, safety
from pvtools.profiles.voice import Voice, voice
from pvtools.profiles.ward import WardProfile, load_ward
from pvtools.profiles.works import Works, works

__all__ = [
    "Calls",
    "Compared",
    "Demand",
    "Distortion",
    "Everywhere",
    "Gathered",
    "Holdings",
    "Profile",
    "Respondents",
    "Safety",
    "Study",
    "Voice",
    "WardProfile",
    "Works",
    "compare",
    "demand",
    "distortion",
    "holdings",
    "load",
    "load_ward",
    "respondents",
    "safety",
    "study",
    "voice",
    "works",
]

"""Profiles: estimates gathered once, as the exhibits every surface shows.

``load`` gives a borough's profile, ``holdings`` what is held and what could be added.
"""

from __future__ import annotations

from pvtools.profiles.borough import Profile, load
from pvtools.profiles.holdings import Holdings, holdings
from pvtools.profiles.provenance import code_digest

__all__ = ["Holdings", "Profile", "code_digest", "holdings", "load"]

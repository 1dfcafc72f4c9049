"""Composite indices: indicators on one scale, weighed, and how far doubt moves the result.

State the rules once (:func:`framework`, with a :func:`fixed_base`), then ask: :func:`score` for the
scores; :func:`coherence` and :func:`importance` for whether the indicators belong together and
what the weights do; :func:`draws` for what sampling error and the choices made leave open, read by
:func:`rank_intervals`, :func:`pairs`, :func:`gap` and :func:`change`; :func:`sensitivity` for where
that doubt comes from; :func:`decompose` for what a difference between two scores is made of.
:func:`scatter` stands in for an error that is not published; :func:`stretch` says which area makes
the scale wide.
"""

from pvtools.stats.composite._coherence import coherence, correlations
from pvtools.stats.composite._decompose import decompose
from pvtools.stats.composite._differences import change, gap
from pvtools.stats.composite._draws import Draws, draws
from pvtools.stats.composite._framework import Framework, framework
from pvtools.stats.composite._hierarchy import hierarchy
from pvtools.stats.composite._importance import balanced_weights, importance
from pvtools.stats.composite._normalise import fixed_base, normalise
from pvtools.stats.composite._plan import Alternatives
from pvtools.stats.composite._ranks import pairs, pairwise, rank_intervals
from pvtools.stats.composite._scatter import scatter, stretch
from pvtools.stats.composite._score import aggregate, score
from pvtools.stats.composite._sensitivity import sensitivity

__all__ = [
    "Alternatives",
    "Draws",
    "Framework",
    "aggregate",
    "balanced_weights",
    "change",
    "coherence",
    "correlations",
    "decompose",
    "draws",
    "fixed_base",
    "framework",
    "gap",
    "hierarchy",
    "importance",
    "normalise",
    "pairs",
    "pairwise",
    "rank_intervals",
    "scatter",
    "score",
    "sensitivity",
    "stretch",
]

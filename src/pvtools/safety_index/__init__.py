"""The Community Safety Index: what is recorded and what people say, apart and together.

``read`` gives a framework, a file that says what counts and why; ``make`` the index of a year with
intervals for every choice; ``halves_by_year`` and
``moved_together`` how both halves moved over years; ``national_trust`` what national surveys found
on trust in those who govern.
"""

from pvtools.safety_index.checks import HALVES
from pvtools.safety_index.framework import Framework, read
from pvtools.safety_index.index import MEASURE, Index
from pvtools.safety_index.made import make
from pvtools.safety_index.national import national_trust
from pvtools.safety_index.paradox import halves_by_year, moved_together

__all__ = [
    "HALVES",
    "MEASURE",
    "Framework",
    "Index",
    "halves_by_year",
    "make",
    "moved_together",
    "national_trust",
    "read",
]

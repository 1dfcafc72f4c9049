"""A London, an organisation under a target: true values known, to see whether methods find them.

Nothing here was observed. The numbers are made up (``parameters``), and every table says so in a
column ``origin`` that reads ``"synthetic"``: a column survives what attributes do not, such as
filtering, joining and writing to a file. :func:`is_synthetic` (of ``estimates``) asks for it.
"""

from __future__ import annotations

from pvtools.estimates import SYNTHETIC as ORIGIN
from pvtools.estimates import is_synthetic
from pvtools.synthetic.attitudes import Survey, survey
from pvtools.synthetic.goodhart import FORMS, goodhart, promised
from pvtools.synthetic.organisation import Dials, Organisation, organisation
from pvtools.synthetic.victims import Satisfaction, satisfaction
from pvtools.synthetic.volunteers import Volunteers, volunteers
from pvtools.synthetic.wishes import priorities

#: How :func:`survey` draws its sample: ``stats.survey.Design(**DESIGN)``. Each borough and wave
#: is a stratum of its own, so an estimate for one wave counts the sampling points of that wave.
DESIGN = {"weight": "weight", "stratum": "stratum", "cluster": "psu"}

#: The same for :func:`satisfaction`, which draws victims one by one.
SATISFACTION_DESIGN = {"weight": "weight", "stratum": "stratum", "cluster": None}

__all__ = [
    "DESIGN",
    "FORMS",
    "ORIGIN",
    "SATISFACTION_DESIGN",
    "Dials",
    "Organisation",
    "Satisfaction",
    "Survey",
    "Volunteers",
    "goodhart",
    "is_synthetic",
    "organisation",
    "priorities",
    "promised",
    "satisfaction",
    "survey",
    "volunteers",
]

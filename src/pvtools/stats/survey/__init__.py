"""Estimates from a complex survey: weighted, with the error its strata and clusters imply.

:class:`Design` states how people were drawn; :func:`proportion`, :func:`mean` and
:func:`difference` estimate under it, and :func:`rake` makes weights that meet known totals.

Every group is estimated here, however small. What is to be shown to others comes from
``confidence``, which withholds what rests on a few people.
"""

from pvtools.stats.survey.contrast import difference
from pvtools.stats.survey.design import Design
from pvtools.stats.survey.estimation import mean, proportion
from pvtools.stats.survey.raking import rake

__all__ = ["Design", "difference", "mean", "proportion", "rake"]

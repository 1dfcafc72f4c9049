"""Estimates from a complex survey: weighted, with the error its strata and clusters imply.

Say once how people were drawn (:class:`Design`), then ask: :func:`proportion`, :func:`mean`,
:func:`difference`, :func:`logistic`; :func:`rake` makes weights that meet known totals.

Every group is estimated here, however small. What is to be shown to others comes from
``confidence``, which withholds what rests on a few people.
"""

from pvtools.stats.survey.contrast import difference
from pvtools.stats.survey.design import Design
from pvtools.stats.survey.estimation import mean, proportion
from pvtools.stats.survey.raking import rake
from pvtools.stats.survey.regression import logistic

__all__ = ["Design", "difference", "logistic", "mean", "proportion", "rake"]

"""The variance of linearised statistics under a design: ultimate clusters, with replacement.

A statistic is replaced by the sum of what each respondent adds to it (its influence); those are
summed by cluster, and clusters are compared with the others of their stratum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from pvtools.stats._arguments import Array
from pvtools.stats.survey.calibration import Calibration, calibration, residuals
from pvtools.stats.survey.design import Codes, Sample, pairs


@dataclass(frozen=True, slots=True)
class Cells:
    """Where groups and clusters meet: the few places in which a group's influence is not zero."""

    group: Codes
    cluster: Codes
    pair: Codes  # the (group, stratum) each cell belongs to
    pair_group: Codes
    pair_stratum: Codes
    groups: int


def meet(sample: Sample, group: Codes, cluster: Codes, groups: int) -> Cells:
    """Return the cells of (group, cluster) pairs, each given once."""
    pair, pair_group, pair_stratum = pairs(group, sample.stratum[cluster])
    return Cells(group, cluster, pair, pair_group, pair_stratum, groups)


def variance(
    sample: Sample,
    cells: Cells,
    total: Array,
    margins: Array | None = None,
    known: Calibration | None = None,
) -> Array:
    """Return one variance a group.

    Parameters
    ----------
    total
        Weighted influence summed by cell.
    margins
        Weighted influence summed by group and category of the calibration columns ``known``;
        given for calibrated designs, whose residuals then count.

    Notes
    -----
    Clusters outside a group count with an influence of zero: a domain keeps the whole design.
    A stratum with one cluster is set against the mean of all clusters, which is zero, instead of
    against itself.
    """
    weighted = factors(sample)[sample.stratum[cells.cluster]] * total
    spread = np.bincount(cells.group, weighted * total, minlength=cells.groups)
    between = np.bincount(cells.pair, weighted, minlength=len(cells.pair_group))
    # A cluster alone in its stratum is compared with zero, so nothing is taken off.
    between = np.where(sample.alone[cells.pair_stratum], 0.0, between)
    stratum = cells.pair_stratum
    share = between**2 / (factors(sample) * sample.clusters)[stratum]
    result = spread - np.bincount(cells.pair_group, share, minlength=cells.groups)
    if margins is not None and known is not None:
        # The square of (total − B'c), written out: c are a cluster's counts by category.
        slope = margins @ known.inverse
        shape = (cells.groups, len(sample.stratum))
        cross = csr_array((weighted, (cells.group, cells.cluster)), shape=shape) @ known.by_cluster
        shape = (cells.groups, len(sample.clusters))
        taken = csr_array((between, (cells.pair_group, stratum)), shape=shape) @ known.mean
        result += np.einsum("gk,kl,gl->g", slope, known.square, slope, optimize=True)
        result -= 2 * np.einsum("gk,gk->g", cross.toarray() - taken, slope)
    return np.maximum(result, 0.0)


def degrees_of_freedom(cells: Cells, respondents: Array) -> tuple[Array, Array]:
    """Return degrees of freedom and clusters of each group: those in which somebody answered.

    Clusters less strata; where every stratum has but one cluster, clusters less one.
    """
    clusters = np.bincount(cells.group, respondents > 0, minlength=cells.groups)
    present = np.bincount(cells.pair, respondents > 0, minlength=len(cells.pair_group)) > 0
    strata = np.bincount(cells.pair_group, present, minlength=cells.groups)
    df = np.where(clusters > strata, clusters - strata, np.maximum(clusters - 1, 0))
    return df, clusters


def strata_alone(sample: Sample, cells: Cells) -> Codes:
    """Return how many strata of a single cluster each group draws on."""
    alone = sample.alone[cells.pair_stratum]
    return np.bincount(cells.pair_group, alone, minlength=cells.groups).astype(np.int64)


def covariance(sample: Sample, influence: Array) -> Array:
    """Return the covariance matrix of several statistics, one column of influence each.

    ``influence`` holds one row a respondent, already weighted.
    """
    factor = factors(sample)
    known = calibration(sample, factor)
    if known is not None:
        influence = residuals(known, sample.weight, influence)
    clusters = len(sample.stratum)
    total = np.column_stack(
        [np.bincount(sample.cluster, column, minlength=clusters) for column in influence.T]
    )
    strata = len(sample.clusters)
    columns = [np.bincount(sample.stratum, column, minlength=strata) for column in total.T]
    mean = np.column_stack(columns) / sample.clusters[:, None]
    mean[sample.alone] = 0.0
    scaled = (total - mean[sample.stratum]) * np.sqrt(factor[sample.stratum])[:, None]
    return scaled.T @ scaled


def factors(sample: Sample) -> Array:
    """Return n/(n − 1) for the clusters of each stratum; 1 where there is only one."""
    n = sample.clusters
    return np.where(sample.alone, 1.0, n / np.maximum(n - 1, 1))

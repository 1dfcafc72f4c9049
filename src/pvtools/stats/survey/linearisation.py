"""The variance of linearised statistics under a design: ultimate clusters, with replacement.

A statistic is replaced by the sum of what each respondent adds to it (its influence); those are
summed by cluster, and clusters are compared with the others of their stratum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pvtools.stats.survey.design import Array, Codes, Sample, pairs


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


def variance(sample: Sample, cells: Cells, total: Array, margins: Array | None = None) -> Array:
    """Return one variance a group.

    Parameters
    ----------
    total
        Weighted influence summed by cell.
    margins
        Weighted influence summed by group and category of the calibration columns, shape
        (groups, categories); given for calibrated designs, whose residuals then count.

    Notes
    -----
    Clusters outside a group count with an influence of zero: a domain keeps the whole design.
    A stratum with one cluster is set against the mean of all clusters, which is zero, instead of
    against itself.
    """
    factor, centred = _factors(sample)
    spread = np.bincount(
        cells.group, factor[sample.stratum[cells.cluster]] * total**2, minlength=cells.groups
    )
    between = np.bincount(cells.pair, total, minlength=len(cells.pair_group))
    share = (factor * centred / sample.clusters)[cells.pair_stratum]
    mean = np.bincount(cells.pair_group, share * between**2, minlength=cells.groups)
    result = spread - mean
    if margins is not None:
        result = result + _calibrated(sample, cells, total, margins)
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
    if sample.margins:
        dummies = _dummies(sample)
        weighted = dummies * sample.weight[:, None]
        slope = np.linalg.pinv(dummies.T @ weighted, hermitian=True) @ (dummies.T @ influence)
        influence = influence - weighted @ slope
    clusters = len(sample.stratum)
    total = np.column_stack(
        [np.bincount(sample.cluster, column, minlength=clusters) for column in influence.T]
    )
    factor, _ = _factors(sample)
    scaled = _centre(sample, total) * np.sqrt(factor[sample.stratum])[:, None]
    return scaled.T @ scaled


def _factors(sample: Sample) -> tuple[Array, Array]:
    """Return n/(n − 1) a stratum, and whether its clusters are set against their own mean."""
    n = sample.clusters
    return np.where(sample.alone, 1.0, n / np.maximum(n - 1, 1)), (~sample.alone).astype(float)


def _centre(sample: Sample, total: Array) -> Array:
    strata = len(sample.clusters)
    columns = [np.bincount(sample.stratum, column, minlength=strata) for column in total.T]
    mean = np.column_stack(columns) / sample.clusters[:, None]
    mean[sample.alone] = 0.0
    return total - mean[sample.stratum]


def _dummies(sample: Sample) -> Array:
    """Return a column a category of the calibration columns, ones and zeros."""
    return np.hstack([np.eye(codes.max() + 1)[codes] for codes in sample.margins])


def _calibrated(sample: Sample, cells: Cells, total: Array, margins: Array) -> Array:
    """Return what calibration changes: influence is replaced by its residual on the margins.

    The residual's cluster totals are ``total − B' c`` with ``c`` the weighted category counts of
    a cluster. Its variance is expanded, so that no table of clusters by groups is needed.
    """
    weighted = sample.weight[:, None] * _dummies(sample)
    clusters = len(sample.stratum)
    by_cluster = np.column_stack(
        [np.bincount(sample.cluster, column, minlength=clusters) for column in weighted.T]
    )
    slope = margins @ np.linalg.pinv(_dummies(sample).T @ weighted, hermitian=True)
    factor, _ = _factors(sample)
    scaled = _centre(sample, by_cluster) * factor[sample.stratum][:, None]
    square = _centre(sample, by_cluster).T @ scaled
    cross = np.column_stack(
        [
            np.bincount(cells.group, total * column[cells.cluster], minlength=cells.groups)
            for column in scaled.T
        ]
    )
    return np.einsum("gk,kl,gl->g", slope, square, slope) - 2 * np.einsum("gk,gk->g", cross, slope)

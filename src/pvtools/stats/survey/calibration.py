"""What known totals take from the error: influence is replaced by its residual on the margins.

The residual of respondent i is ``u − x'B`` with ``x`` the categories i belongs to and ``B`` a
weighted regression. Everything is kept as sums by cluster and category, so that neither a table
of respondents by categories nor one of clusters by groups is ever made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from pvtools.stats._arguments import Array
from pvtools.stats.survey.design import Codes, Sample


@dataclass(frozen=True, slots=True)
class Calibration:
    """The margins of a calibrated sample: categories numbered through all columns."""

    category: tuple[Codes, ...]  # one a column: the category of each row
    categories: int
    inverse: Array  # of the weighted cross-table of categories
    by_cluster: csr_array  # weighted counts, clusters by categories
    mean: Array  # of the clusters of each stratum; zero where there is only one
    square: Array  # design covariance of the weighted counts

    def totals(self, values: Array, group: Codes, groups: int, rows: Codes | slice) -> Array:
        """Return ``values`` summed by group and category, shape (groups, categories)."""
        size = groups * self.categories
        keys = (group * self.categories + code[rows] for code in self.category)
        summed = sum(np.bincount(key, values, minlength=size) for key in keys)
        return summed.reshape(groups, self.categories)


def calibration(sample: Sample, factor: Array) -> Calibration | None:
    """Return the margins of a sample, or nothing where none are named.

    ``factor`` is n/(n − 1) a stratum.
    """
    if not sample.margins:
        return None
    start, category = 0, []
    for codes in sample.margins:
        category.append(codes + start)
        start += int(codes.max()) + 1
    columns = len(category)
    weight = np.tile(sample.weight, columns)
    where = np.tile(sample.cluster, columns), np.concatenate(category)
    counts = csr_array((weight, where), shape=(len(sample.stratum), start))
    cross = np.zeros(start * start)
    for one in category:
        for other in category:
            cross += np.bincount(one * start + other, sample.weight, minlength=start * start)
    clusters = np.arange(len(sample.stratum))
    ones = np.ones(len(clusters))
    member = csr_array((ones, (sample.stratum, clusters)), shape=(len(factor), len(clusters)))
    mean = (member @ counts).toarray() / sample.clusters[:, None]
    mean[sample.alone] = 0.0
    scaled = counts * factor[sample.stratum][:, None]
    square = (counts.T @ scaled).toarray()
    square -= mean.T @ (mean * (factor * sample.clusters)[:, None])
    inverse = np.linalg.pinv(cross.reshape(start, start), hermitian=True)
    return Calibration(tuple(category), start, inverse, csr_array(counts), mean, square)


def residuals(of: Calibration, weight: Array, influence: Array) -> Array:
    """Return weighted influence less what the margins explain, a row a respondent."""
    one = np.zeros(len(influence), dtype=np.int64)
    result = np.empty_like(influence)
    for number, column in enumerate(influence.T):
        slope = of.inverse @ of.totals(column, one, 1, slice(None))[0]
        result[:, number] = column - weight * sum(slope[code] for code in of.category)
    return result

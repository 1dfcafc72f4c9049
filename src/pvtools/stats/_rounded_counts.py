"""Counts on a grid as a smooth density of which some records were rounded: one fit for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.interpolate import BSpline

from pvtools.stats._arguments import Array

_PIECES, _DEGREE, _DIFFERENCES = 20, 3, 3  # B-splines, their degree, order of what is penalised
_PENALTIES = 10.0 ** np.arange(5, -3, -1)
_WIDE = 5.0  # standard deviation of what is believed of a log jump before there are data
_MOST = 0.999  # share rounded: with all of them there is no density left to see
_FIRM = 5.0  # expected count from which a cell shows overdispersion


@dataclass(frozen=True, slots=True)
class Jump:
    """Where the density may jump: between two cells, and how far the jump's own slopes reach.

    ``blind`` gives the two cells beside it parameters of their own, so that they inform nothing
    else.
    """

    at: float
    met_below: bool
    reach: float
    blind: bool = False

    def columns(self, cells: Array) -> Array:
        """Return a step of one, a step that fades with distance, and a hump, one column each.

        They come last, after those of the two cells where these are left out of account.
        """
        away = cells - self.at
        side = np.where((away < 0) == self.met_below, 0.5, -0.5)
        near = np.maximum(0.0, 1 - np.abs(away) / self.reach)
        beside = [(away == place).astype(float) for place in (-0.5, 0.5)] if self.blind else []
        return np.column_stack([*beside, side, side * near, near])


@dataclass(frozen=True, slots=True)
class Fitted:
    """Counts as fitted: shares rounded, the jump, and how sure.

    ``shares`` of records rounded to each multiple; ``jump`` the log ratio of the densities on the
    side that meets and on the other; ``level`` their geometric mean, in records a cell.
    """

    expected: Array
    shares: Array
    shares_variance: Array
    jump: float
    jump_variance: float
    level: float
    level_variance: float  # of its logarithm
    covariance_with_jump: float
    dispersion: float


def fit(
    counts: Array,
    first: int,
    *,
    multiples: Sequence[int] = (),
    jump: Jump | None = None,
) -> Fitted:
    """Return counts on consecutive cells as a smooth density, part of it rounded to multiples.

    Notes
    -----
    Poisson likelihood of the counts, whose mean is what the density becomes when each record is
    put, with a chance that is its share, on the nearest multiple (half each way from the middle).
    The logarithm of the density is a penalised spline (Eilers and Marx 1996) in the cell or in
    its logarithm, whichever Akaike's criterion prefers; it also chooses the penalty. The third
    differences are penalised, so that a normal and a log-normal density are no departure.
    """
    cells = first + np.arange(counts.size)
    moves = [_rounding(cells, multiple) for multiple in multiples]
    extra = jump.columns(cells) if jump else np.empty((cells.size, 0))
    candidates = []
    for scale in _scales(first):
        ends = scale(np.array([first, cells[-1]], dtype=float))
        basis = np.column_stack([_splines(scale(cells.astype(float)), ends), extra])
        found = min(_path(counts, basis, moves, extra.shape[1]), key=lambda fit: fit[-1])
        candidates.append((found, scale, ends))
    found, scale, ends = min(candidates, key=lambda c: c[0][-1])
    at = None
    if jump:
        here = _splines(scale(np.array([jump.at])), ends)[0]
        smooth = np.zeros(extra.shape[1])
        smooth[-1] = 1.0
        at = np.concatenate([here, smooth, np.zeros(len(moves))])
    return _report(counts, *found[:4], jump_at=at, moves=len(moves))


def _scales(first: int) -> list[Callable[[Array], Array]]:
    """Return what the density may be smooth in: the cell, and its logarithm where it has one."""
    logarithm = [lambda cells: np.log(cells + 0.5)] if first >= 0 else []
    return [lambda cells: cells, *logarithm]


def _splines(where: Array, ends: Array) -> Array:
    low, high = ends
    width = (high - low) / (_PIECES - _DEGREE)
    knots = low + width * np.arange(-_DEGREE, _PIECES + 1)
    # The last knot may miss the last cell by a rounding error.
    inside = np.clip(where, knots[_DEGREE], knots[-_DEGREE - 1])
    return BSpline.design_matrix(inside, knots, _DEGREE).toarray()


def _rounding(cells: NDArray[np.int64], multiple: int) -> sparse.csr_array:
    """Return which share of the records of a cell (column) lands in which cell (row)."""
    below = cells // multiple * multiple
    twice = 2 * (cells - below)
    upward = np.where(twice > multiple, 1.0, np.where(twice == multiple, 0.5, 0.0))
    rows = np.concatenate([below, below + multiple]) - cells[0]
    columns = np.tile(np.arange(cells.size), 2)
    share = np.concatenate([1 - upward, upward])
    held = (rows >= 0) & (rows < cells.size) & (share > 0)
    shape = (cells.size, cells.size)
    return sparse.csr_array((share[held], (rows[held], columns[held])), shape=shape)


def _path(counts: Array, basis: Array, moves: list, free: int) -> Iterator[tuple]:
    """Yield fits, smooth ones first, until two in a row are worse than the best."""
    splines = basis.shape[1] - free
    differences = np.diff(np.eye(splines), _DIFFERENCES, axis=0)
    size = basis.shape[1] + len(moves)
    weight = np.zeros((size, size))
    weight[:splines, :splines] = differences.T @ differences
    # Without cases beside the threshold the jump has no bound: this gives it a far one.
    floor = np.full(size, 1e-8)
    floor[splines : splines + free] = 1 / _WIDE**2
    start = np.zeros(size)
    logs, heavy = np.log(counts + 0.1), (counts + 0.1)[:, None]
    normal = basis.T @ (basis * heavy) + weight[: basis.shape[1], : basis.shape[1]]
    normal += 1e-6 * np.eye(basis.shape[1])
    start[: basis.shape[1]] = np.linalg.solve(normal, basis.T @ (heavy[:, 0] * logs))
    best, worse = np.inf, 0
    for penalty in _PENALTIES:
        found = _maximise(counts, basis, moves, penalty * weight + np.diag(floor), start)
        yield found
        start = found[0]
        worse = worse + 1 if found[-1] >= best else 0
        best = min(best, found[-1])
        if worse == 2:
            return


def _maximise(counts: Array, basis: Array, moves: list, penalty: Array, start: Array) -> tuple:
    """Return parameters, means, their slopes, information, penalty and Akaike's criterion."""
    value, mean, slopes = start, *_mean(start, basis, moves, slopes=True)
    gain = _likelihood(counts, mean) - value @ penalty @ value / 2
    for _ in range(60):
        information = (slopes / mean[:, None]).T @ slopes
        step = np.linalg.solve(
            information + penalty, slopes.T @ (counts / mean - 1) - penalty @ value
        )
        for length in 0.5 ** np.arange(12):
            tried = value + length * step
            if tried[basis.shape[1] :].sum() > _MOST:
                continue
            mean_tried = _mean(tried, basis, moves)[0]
            gain_tried = _likelihood(counts, mean_tried) - tried @ penalty @ tried / 2
            if gain_tried > gain:
                break
        else:  # no step goes up
            break
        rise, value, gain = gain_tried - gain, tried, gain_tried
        mean, slopes = _mean(value, basis, moves, slopes=True)
        if rise < 1e-6:
            break
    information = (slopes / mean[:, None]).T @ slopes
    inverse = np.linalg.inv(information + penalty)
    criterion = 2 * np.trace(inverse @ information) - 2 * _likelihood(counts, mean)
    return value, mean, slopes, inverse, criterion


def _mean(value: Array, basis: Array, moves: list, *, slopes: bool = False) -> tuple[Array, Array]:
    """Return the expected counts and, if asked for, their slopes in the parameters."""
    shares = value[basis.shape[1] :]
    density = np.exp(np.clip(basis @ value[: basis.shape[1]], -50, 50))
    moved = [move @ density for move in moves]
    mean = (1 - shares.sum()) * density
    for share, landed in zip(shares, moved, strict=True):
        mean = mean + share * landed
    if not slopes:
        return mean, mean
    rough = density[:, None] * basis
    inner = (1 - shares.sum()) * rough
    for share, move in zip(shares, moves, strict=True):
        inner = inner + share * (move @ rough)
    return mean, np.column_stack([inner, *(landed - density for landed in moved)])


def _likelihood(counts: Array, mean: Array) -> float:
    return float(np.sum(counts * np.log(mean) - mean)) if (mean > 0).all() else -np.inf


def _report(
    counts: Array,
    value: Array,
    mean: Array,
    slopes: Array,
    inverse: Array,
    *,
    jump_at: Array | None,
    moves: int,
) -> Fitted:
    firm = mean >= _FIRM
    spent = np.sum(slopes * (slopes @ inverse) / mean[:, None], axis=1)
    spare = np.sum(1 - spent[firm])
    excess = np.sum((counts - mean)[firm] ** 2 / mean[firm])
    # Records that come in clusters vary more than Poisson counts; less is never assumed.
    dispersion = max(1.0, excess / spare) if spare >= 5 else 1.0
    tail = value.size - moves
    variance = dispersion * inverse
    along = np.zeros(value.size)
    if jump_at is not None:
        along[tail - 3 : tail - 1] = 1.0
    level = np.zeros(value.size) if jump_at is None else jump_at
    return Fitted(
        expected=mean,
        shares=value[tail:],
        shares_variance=variance[tail:, tail:],
        jump=float(along @ value),
        jump_variance=float(along @ variance @ along),
        level=float(np.exp(level @ value)),
        level_variance=float(level @ variance @ level),
        covariance_with_jump=float(along @ variance @ level),
        dispersion=float(dispersion),
    )

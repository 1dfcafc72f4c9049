"""What becomes of calls when officers, demand and ways of working change: the model.

A year is a typical week of it. In each hour crews answer calls in turn, and a call nobody has
come to falls away in the end (``stats.abandonment``). Every figure is an array of draws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pvtools.demand.calls import HOURS_A_WEEK, WEEKS_A_YEAR, DemandProfile
from pvtools.stats import abandonment

Array = NDArray[np.float64]
Figures = dict[str, Array]

_GROUPS = 24  # of seven hours with about as many calls: they answer as 168 do, in a seventh
_STEPS, _NEAR = 40, 1e-10  # of the search for crews: at most so many, and how near it ends
_FEWEST = 2.0**-31  # of the most crews there can be


def outcomes(
    profile: DemandProfile,
    now: Figures,
    changes: Figures,
    *,
    years: int,
    crews: Array | None = None,
) -> Figures:
    """Return the outcomes of each year and draw.

    Parameters
    ----------
    profile
        The place.
    now, changes
        Parameters of today and of the scenario, an array of draws each.
    years
        Years after today, which is year 0.
    crews
        What :func:`crews_today` returned of the same draws, if that is known already.

    Returns
    -------
    dict of numpy.ndarray
        ``mean_wait`` (minutes), ``unmet_share, unmet_hours`` (officer-hours a week),
        ``unmet_harm`` (weighted offences a week; missing without weights), ``occupancy``; each
        years + 1 by draws.

    Notes
    -----
    Crews today are as many as are busy for ``occupancy_now`` of their time. Yearly changes
    compound; the others grow in equal steps until they have taken hold. Calls that partners
    take or that never arise are no demand on the police; calls declined are, and are not met.
    """
    year = np.arange(years + 1.0)[:, None]
    held = np.minimum(year / changes["years_to_take_hold"], 1.0)
    hours = now["call_hours"] * (1 + changes["call_hours_change"]) ** year
    calls = _calls(profile, now, changes, year, held)
    crews = crews_today(profile, now) if crews is None else crews
    crews = crews * (1 + changes["officers_change"]) ** year
    crews = crews * (1 - changes["officers_taken_off"] * held)
    follow = np.clip(now["follow_demand_now"] + changes["follow_demand_change"] * held, 0, 1)
    triage = np.clip(now["triage_now"] + changes["triage_change"] * held, 0, 1)

    shares = _typical(profile)
    left = _left(crews, calls["queued"] * hours, follow, now["patience_hours"] / hours, shares)
    lost = _mean(left, shares)
    unmet = calls["queued"] * lost + calls["declined"]
    asked = calls["queued"] + calls["declined"]
    share = np.divide(unmet, asked, out=np.zeros_like(asked), where=asked > 0)
    return {
        "mean_wait": 60 * now["patience_hours"] * lost,
        "unmet_share": share,
        "unmet_hours": unmet * hours * now["crew"],
        "unmet_harm": _unmet_harm(profile, left, triage, shares) * calls["offences"],
        "occupancy": calls["queued"] * hours * (1 - lost) / (HOURS_A_WEEK * crews),
    }


def crews_today(profile: DemandProfile, now: Figures) -> Array:
    """Return crews on duty in an average hour, so that they are as busy as is assumed."""
    load = profile.offences * now["calls_per_offence"] / WEEKS_A_YEAR * now["call_hours"]
    patience, shares = now["patience_hours"] / now["call_hours"], _typical(profile)
    bound = now["occupancy_now"] * HOURS_A_WEEK  # hours a week that a crew is to be busy

    def spare(crews: Array) -> Array:
        lost = _mean(_left(crews, load, now["follow_demand_now"], patience, shares), shares)
        return bound * crews - load * (1 - lost)

    # Crews are busy with no more than there is. What they have to spare is convex in their number:
    # secants that begin above its zero stay above it.
    above = load / bound
    least = _FEWEST * above  # where calls fall away so fast that no crew could be so busy
    much = spare(above)
    crews = np.maximum(above - much / bound, least)
    for _ in range(_STEPS):
        little = spare(crews)
        fall = much - little
        step = np.divide(little * (above - crews), fall, out=np.zeros_like(fall), where=fall > 0)
        above, much, crews = crews, little, np.maximum(crews - step, least)
        if (np.abs(step) <= _NEAR * above).all():
            break
    return crews


def _calls(
    profile: DemandProfile, now: Figures, changes: Figures, year: Array, held: Array
) -> Figures:
    """Return calls a week that crews are to answer and that are declined; offences relative."""
    weekly = profile.offences * now["calls_per_offence"] / WEEKS_A_YEAR
    again = 1 - now["repeat_share"] * changes["repeat_calls_prevented"] * held
    offences = (1 + changes["offence_calls_change"]) ** year * again
    elsewhere = now["mental_health_share"] * changes["mental_health_by_partners"] * held
    other = np.maximum(1 - now["offence_call_share"] - elsewhere, 0.0)  # not −1e-17
    other = weekly * other * (1 + changes["other_calls_change"]) ** year * again
    declined = other * changes["other_calls_declined"] * held
    return {
        "queued": weekly * now["offence_call_share"] * offences + other - declined,
        "declined": declined,
        "offences": offences,
    }


def _typical(profile: DemandProfile) -> Array:
    """Return the share of a week's calls in a typical hour of each group of like hours."""
    return np.sort(profile.week.share.to_numpy()).reshape(_GROUPS, -1).mean(axis=1)


def _left(crews: Array, load: Array, follow: Array, patience: Array, shares: Array) -> Array:
    """Return the share of calls nobody comes to, with groups of hours as the last axis.

    ``load`` is the crew-hours a week asks for. Of the crews, ``follow`` are on duty as calls
    come and the others evenly.
    """
    crews, load, follow, patience = (a[..., None] for a in (crews, load, follow, patience))
    there = crews * (1 - follow + follow * HOURS_A_WEEK * shares)
    return abandonment.share_leaving(there, load=load * shares, patience=patience)


def _mean(left: Array, shares: Array) -> Array:
    """Return the share of a week's calls nobody comes to."""
    return (left * (shares / shares.sum())).sum(axis=-1)


def _unmet_harm(profile: DemandProfile, left: Array, triage: Array, shares: Array) -> Array:
    """Return the weighted offences a week nobody comes to, at today's number of offences.

    Without triage an offence is as likely not to be met as any call. With it, as many are not
    met, but the least harmful first: what harm they carry is the Lorenz curve of harm, which
    never lies above the share. Offences without a weight are in neither.
    """
    known = profile.groups.dropna(subset=["weight", "offences"]).sort_values("weight")
    if known.empty:
        return np.full(left.shape[:-1], np.nan)
    harm = (known.weight * known.offences).to_numpy()
    counted = np.concatenate([[0.0], np.cumsum(known.offences)]) / known.offences.sum()
    carried = np.concatenate([[0.0], np.cumsum(harm)]) / WEEKS_A_YEAR
    chosen = _mean(np.interp(left, counted, carried), shares)
    alike = _mean(left, shares) * carried[-1]
    return (1 - triage) * alike + triage * np.minimum(chosen, alike)

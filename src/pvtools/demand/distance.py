"""Crime of proximity and crime from a distance, and what fraud would do to the total."""

from __future__ import annotations

import pandas as pd

from pvtools import areas
from pvtools.errors import InputError

#: Which kinds of recorded offence need the offender to be there. A judgement, not a statistic:
#: kinds that can be either stand under "either", and one may bring a mapping of one's own.
REACH: dict[str, str] = {
    "Arson and criminal damage": "proximity",
    "Burglary": "proximity",
    "Drug offences": "proximity",
    "Fraud and forgery": "distance",
    "Historical fraud and forgery": "distance",
    "Miscellaneous crimes against society": "either",
    "Nfib fraud": "distance",
    "Possession of weapons": "proximity",
    "Public order offences": "proximity",
    "Robbery": "proximity",
    "Sexual offences": "proximity",
    "Theft": "proximity",
    "Vehicle offences": "proximity",
    "Violence against the person": "either",  # it holds stalking, harassment, malicious messages
}

#: Estimated frauds in England and Wales in a year: Crime Survey for England and Wales, as cited
#: in public testimony of 2015.
FRAUDS = 5_100_000
#: Share of fraud by offenders outside the United Kingdom, same testimony.
ABROAD = 0.5
#: Usual residents of England and Wales, Census 2021 (ONS).
RESIDENTS_ENGLAND_WALES = 59_597_542


def by_reach(incidents: pd.DataFrame, *, reach: dict[str, str] | None = None) -> pd.DataFrame:
    """Return offences of proximity, from a distance and of either kind, with their shares.

    Parameters
    ----------
    incidents
        ``offence_group`` and ``offences``, of one place and span.
    reach
        A mapping of offence groups to ``"proximity"``, ``"distance"`` or ``"either"``;
        ``REACH`` by default.

    Returns
    -------
    pandas.DataFrame
        Columns ``reach, offences, share, groups``; groups without a place in the mapping stand
        as ``"not mapped"``.

    Raises
    ------
    InputError
        Missing columns, or offences that are missing or negative.
    """
    absent = [c for c in ("offence_group", "offences") if c not in incidents]
    if absent:
        raise InputError(f"The incidents lack the columns {', '.join(absent)}.")
    if incidents.offences.isna().any() or (incidents.offences < 0).any():
        raise InputError("Offences must be zero or more, none missing: missing is not zero.")
    kind = incidents.offence_group.map(reach or REACH).fillna("not mapped")
    table = (
        incidents.assign(reach=kind)
        .groupby("reach", as_index=False)
        .agg(
            offences=("offences", "sum"),
            groups=("offence_group", lambda names: ", ".join(sorted(names.unique()))),
        )
    )
    total = float(table.offences.sum())
    share = table.offences.astype(float) / total if total else float("nan")
    return table.assign(share=share)[["reach", "offences", "share", "groups"]]


def fraud_shock(
    offences: float,
    *,
    residents: int | None = None,
    frauds: float = FRAUDS,
    abroad: float = ABROAD,
) -> pd.DataFrame:
    """Return what happens to a year's total once estimated frauds join what is recorded.

    Parameters
    ----------
    offences
        Offences recorded in a year, without fraud.
    residents
        Residents of the place; London's thirty-two boroughs by default. Fraud is spread by
        residents, for nobody knows better.
    frauds
        Frauds a year in England and Wales: an estimate of people asked, not of crimes recorded.
    abroad
        Share of them by offenders in other countries, whom local policing cannot reach.

    Returns
    -------
    pandas.DataFrame
        Rows ``recorded``, ``fraud within reach``, ``fraud from abroad`` and ``total`` with
        ``offences``, ``share`` of the total and ``source``.

    Raises
    ------
    InputError
        Counts that are negative, a share outside 0–1, or no residents.
    """
    people = residents or sum(b.residents for b in areas.boroughs())
    faults = []
    if not offences >= 0 or not frauds >= 0:
        faults.append("counts are zero or more")
    if not 0 <= abroad <= 1:
        faults.append(f"the share from abroad lies between 0 and 1, found {abroad:g}")
    if people <= 0:
        faults.append("residents are more than none")
    if faults:
        raise InputError(f"Cannot add fraud: {'; '.join(faults)}.")
    here = frauds * people / RESIDENTS_ENGLAND_WALES
    total = offences + here
    rows = [
        ("recorded", offences, "offences recorded by the police"),
        ("fraud within reach", here * (1 - abroad), "estimate, spread by residents"),
        ("fraud from abroad", here * abroad, "estimate, spread by residents"),
        ("total", total, "recorded and estimated together"),
    ]
    table = pd.DataFrame(rows, columns=["part", "offences", "source"])
    return table.assign(share=table.offences / total if total else float("nan"))

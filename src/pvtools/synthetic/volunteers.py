"""Made-up people of one borough who would sit on a panel, and the residents they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.estimates import SYNTHETIC
from pvtools.synthetic import layout, parameters, residents

_LONDON = (20, 4, 0.10, 1)  # the town that ``survey`` draws from by default
_MOST = 100_000
#: Groups of residents that quotas join, since a panel of some forty could not tell them apart.
_JOINED = {
    "16 to 24": "16 to 34",
    "25 to 34": "16 to 34",
    "35 to 44": "35 to 54",
    "45 to 54": "35 to 54",
    "55 to 64": "55 and over",
    "65 and over": "55 and over",
    "Mixed": "Mixed or other",
    "Other": "Mixed or other",
}
_COLUMNS = ("age", "sex", "ethnicity")


@dataclass(frozen=True)
class Volunteers:
    """``people``: a row a volunteer, in the order in which they came, with ``age, sex, ethnicity,
    origin``; ``residents``: how many there are of each group, by column.
    """

    people: pd.DataFrame
    residents: dict[str, pd.Series]


def volunteers(seed: int, area: str, *, people: int = 300) -> Volunteers:
    """Return made-up volunteers of a borough, who are not as its residents are.

    Parameters
    ----------
    seed
        Of who comes, and in which order.
    area
        One of the 32 boroughs.
    people
        How many come.

    Raises
    ------
    InputError
        An area that is no borough of the survey, or a number of people that cannot be.

    Notes
    -----
    The groups that take part in the synthetic survey least come least here, more markedly: the
    chance to come is the square of that to take part.
    """
    if not layout.is_whole(people, 1, _MOST):
        raise InputError(f"Volunteers are a whole number from 1 to {_MOST:,}, found {people!r}.")
    town, name = residents.town(*_LONDON), areas.find(area).name
    if name not in town.areas.boroughs:
        raise InputError(f"Volunteers come from one of the 32 boroughs, found {area!r}.")
    living = town.people[town.areas.boroughs.index(name)]
    named = {key: np.array(list(groups)) for key, groups in parameters.GROUPS.items()}
    kinds = pd.DataFrame(
        {
            "age": named["age_group"][town.kinds["age_group"]],
            "sex": named["sex"][town.kinds["sex"]],
            "ethnicity": named["ethnicity"][town.kinds["ethnicity"]],
        }
    ).replace(_JOINED)
    comes = living * town.takes_part**2
    drawn = generator(seed).choice(len(kinds), people, p=comes / comes.sum())
    table = kinds.iloc[drawn].set_axis([f"V{n:0{len(str(people))}}" for n in range(1, people + 1)])
    count = {key: pd.Series(living).groupby(kinds[key]).sum() for key in _COLUMNS}
    return Volunteers(table.assign(origin=SYNTHETIC), count)

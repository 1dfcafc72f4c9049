"""The one spelling of each offence: releases differ in commas, hyphens, ampersands and capitals."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pvtools.tables.harm_offences import GROUP_OF_OFFENCE

#: Recorded nationally and credited back to forces in traces: no measure of fraud in a borough.
NATIONAL_GROUPS = ("Fraud and forgery", "Historical fraud and forgery", "Nfib fraud")


def letters(name: str) -> str:
    """Return what names of offences are compared by: letters and digits alone.

    Examples
    --------
    >>> letters("PUBLIC FEAR, ALARM & DISTRESS") == letters("Public fear alarm and  distress")
    True
    """
    return re.sub(r"[\W_]+", "", name.replace("&", " and ").casefold())


def agreed(name: str) -> str:
    """Return the spelling under which an offence is counted, in sentence case.

    Known offences have theirs; others keep their words and lose the marks between them.

    Examples
    --------
    >>> agreed("BURGLARY RESIDENTIAL"), agreed("Theft of a Car, Van/Lorry")
    ('Burglary - residential', 'Theft of a car van lorry')
    """
    words = re.sub(r"['‘’]", "", name.replace("&", " and "))
    return _KNOWN.get(letters(name)) or " ".join(re.split(r"[\W_]+", words.strip())).capitalize()


def one_spelling(texts: np.ndarray) -> np.ndarray:
    """Return texts of which those that differ in marks and capitals only are spelt alike.

    The spelling is the one that comes first in a column of one file.

    Examples
    --------
    >>> one_spelling(np.array(["Stalking order", "Stalking Order.", "Theft"], dtype=object))
    array(['Stalking order', 'Stalking order', 'Theft'], dtype=object)
    """
    codes, written = pd.factorize(texts)
    first: dict[str, str] = {}
    alike = [first.setdefault(letters(text), text) for text in written]
    return np.array(alike, dtype=object)[codes]


_KNOWN = {
    letters(name): name
    for name in (*GROUP_OF_OFFENCE.values(), *GROUP_OF_OFFENCE, *NATIONAL_GROUPS)
}

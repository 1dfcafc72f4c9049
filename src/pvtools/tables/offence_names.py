"""The one spelling of each offence: releases differ in commas, hyphens, ampersands and capitals."""

from __future__ import annotations

import re

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


_KNOWN = {
    letters(name): name
    for name in (*GROUP_OF_OFFENCE.values(), *GROUP_OF_OFFENCE, *NATIONAL_GROUPS)
}

"""The notice that stands in the place of an exhibit whose figures are not held."""

from __future__ import annotations

from collections.abc import Iterable

from pvtools.exhibits.pieces import Notice
from pvtools.sources import Source

_ADD = "Add the publisher's file with: pvtools add FILE"


def whole(what: str) -> Notice:
    """Return what stands in the place of a comparison with London where London is the area."""
    return Notice(
        title=f"{what}: London is what boroughs are set against",
        points=[
            "Choose a borough to see how it differs from London as a whole, and from the others."
        ],
    )


def absent(title: str, why: str | Iterable[str], *, source: Source | None = None) -> Notice:
    """Return what is missing, how to add it and what it would show, in place of an exhibit.

    Parameters
    ----------
    title
        What cannot be shown.
    why
        The sentence, or sentences, that say what is missing.
    source
        The source that would bring it; without one there is nothing to add.

    Examples
    --------
    >>> absent("No rate", "Burglary is not published.").points
    ['Burglary is not published.']
    """
    reasons = [why] if isinstance(why, str) else list(dict.fromkeys(text for text in why if text))
    if source is None:
        return Notice(title=title, points=reasons)
    return Notice(title, [*reasons, _ADD, f"What it would show: {source.gains}"])

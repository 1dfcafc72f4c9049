"""Which cells of a table of people may be shown, so that no few people's answers can be found.

A cell of fewer people than a minimum is withheld. Further cells are withheld where the rest,
subtracted from a total, would give it away. The rule is about people, not tables: those counted by
the same shown cells are known only as one group, and each such group must be large enough.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

from pvtools.errors import InputError

#: Fewer respondents than these are not shown, unless somebody gives a reason.
STANDARD = 10

#: Why a cell is withheld: too few people, or because it would let too few be worked out.
FEW, COMPLEMENT = "few", "complement"

Cell = frozenset[Hashable]


@dataclass(frozen=True, slots=True)
class Minimum:
    """How many must have answered before a figure is shown.

    Parameters
    ----------
    respondents
        A whole number, 10 or more; fewer only with a reason.
    reason
        Why fewer than 10 are enough, and who decided so. It travels with every table.

    Raises
    ------
    InputError
        No whole number above 0, or fewer than 10 without a reason.

    Examples
    --------
    >>> Minimum(30).respondents
    30
    """

    respondents: int = STANDARD
    reason: str = ""

    def __post_init__(self) -> None:
        found, few = self.respondents, f"Minimum({STANDARD - 5}, reason='…')"
        if isinstance(found, bool) or not isinstance(found, int) or found < 1:
            raise InputError(
                f"The minimum of respondents is a whole number above 0; found {found!r}."
            )
        if found < STANDARD and not (isinstance(self.reason, str) and self.reason.strip()):
            raise InputError(
                f"Figures of fewer than {STANDARD} respondents are shown only for a recorded "
                f"reason; found a minimum of {found} without one. Say why, and who decided so: "
                f"{few}."
            )

    @property
    def lowered(self) -> str:
        """Return the sentence that travels with tables below the standard, or nothing."""
        if self.respondents >= STANDARD:
            return ""
        reason = self.reason.strip().rstrip(".")
        people = "respondent" if self.respondents == 1 else "respondents"
        return f"Shown from {self.respondents} {people} up, in place of {STANDARD}: {reason}."


def withheld(
    people: Mapping[Hashable, int],
    cells: Mapping[Hashable, Collection[Hashable]],
    *,
    minimum: int = STANDARD,
    kept: Collection[Hashable] = (),
) -> dict[Hashable, str]:
    """Return the cells that are withheld, and why.

    Parameters
    ----------
    people
        Respondents in each part. Parts do not overlap; one that is nowhere shown by itself
        (people without a borough) is a part as well.
    cells
        What would be shown: each cell's name, and the parts that it is the sum of. Totals are
        cells too.
    minimum
        Fewest respondents that may be shown, or be worked out.
    kept
        Cells that are never withheld for the sake of another.

    Returns
    -------
    dict
        A cell's name and ``"few"`` (its own people are too few) or ``"complement"`` (it would
        let others be worked out). Cells that nobody is in are not withheld.

    Raises
    ------
    InputError
        A count below 0, or a cell of parts that are not given.

    Notes
    -----
    Parts that lie in the same shown cells cannot be separated by sums and differences, so these
    sets of parts are all that anybody can find out; each must hold ``minimum`` people or none. A
    set that is too small is joined with another by withholding the cells that only one of them
    lies in, where that costs the fewest respondents; what proves not to be needed is shown again
    (Hundepool et al. 2012, Statistical Disclosure Control, 4.2). Where cells are nested, as
    boroughs in London are, the rule is exact; where they cross, it is stricter than need be.

    The rule depends on how many answered, not on what: where all of a dozen said yes, that is
    shown. To withhold by answers would disclose the answer, unless what may be worked out of the
    others is bounded as well.

    Examples
    --------
    >>> parts = {"Camden": 3, "Brent": 40, "Barnet": 30}
    >>> withheld(parts, {name: [name] for name in parts} | {"London": list(parts)})
    {'Camden': 'few', 'Barnet': 'complement'}
    """
    strange = {part for parts in cells.values() for part in parts if people.get(part, -1) < 0}
    if strange:
        raise InputError(
            "Cannot decide what to withhold: each part needs a count of 0 or more; there is none "
            f"for {', '.join(sorted(map(repr, strange)))}."
        )
    sets = {name: Cell(part for part in parts if people[part]) for name, parts in cells.items()}
    size = {cell: sum(people[part] for part in cell) for cell in sets.values()}
    fixed = {sets[name] for name in kept}
    few = {cell for cell, count in size.items() if 0 < count < minimum}
    shown = {cell for cell, count in size.items() if count >= minimum}
    spared: set[Cell] = set()
    while small := _too_small(people, shown, minimum):
        hidden = _cheapest(people, shown, small, size, fixed)
        shown -= hidden
        spared |= hidden
    for cell in sorted(spared, key=lambda cell: (-size[cell], sorted(map(repr, cell)))):
        if not _too_small(people, shown | {cell}, minimum):
            shown.add(cell)
    why = {
        name: FEW if cell in few else COMPLEMENT
        for name, cell in sets.items()
        if cell and cell not in shown
    }
    return dict(sorted(why.items(), key=lambda pair: pair[1] == COMPLEMENT))


def _found_out(people: Mapping[Hashable, int], shown: set[Cell]) -> dict[frozenset[Cell], int]:
    """Return how many people lie in the same shown cells, for each combination of them."""
    found: dict[frozenset[Cell], int] = {}
    for part, count in people.items():
        inside = frozenset(cell for cell in shown if part in cell)
        if count and inside:
            found[inside] = found.get(inside, 0) + count
    return found


def _too_small(
    people: Mapping[Hashable, int], shown: set[Cell], minimum: int
) -> frozenset[Cell] | None:
    """Return where the smallest set of too few people lies, or nothing."""
    found = _found_out(people, shown)
    small = [inside for inside, count in found.items() if count < minimum]
    return min(small, key=lambda inside: (found[inside], _order(inside)), default=None)


def _cheapest(
    people: Mapping[Hashable, int],
    shown: set[Cell],
    small: frozenset[Cell],
    size: Mapping[Cell, int],
    fixed: set[Cell],
) -> frozenset[Cell]:
    """Return the cells to withhold, so that a set of too few is no longer by itself."""
    others = [*(set(_found_out(people, shown)) - {small}), frozenset()]
    ways = [small ^ other for other in others]
    allowed = [way for way in ways if not way & fixed] or ways
    return min(allowed, key=lambda way: (sum(size[cell] for cell in way), len(way), _order(way)))


def _order(cells: Collection[Cell]) -> list[list[str]]:
    return sorted(sorted(map(repr, cell)) for cell in cells)

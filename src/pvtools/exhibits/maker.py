"""One maker of exhibits: what their table says is taken from it, and written in one way.

An exhibit's function gives its message, its alt text and its drawing. Columns, formats, units,
the level of intervals, vintage, source line and the stamp of made-up data follow from the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from pvtools import areas, estimates, figures, measures, style, words
from pvtools.errors import InputError
from pvtools.exhibits import captions
from pvtools.exhibits.pieces import Column, Exhibit
from pvtools.measures import Format
from pvtools.sources import Source

#: What a row is about, in the order in which columns stand; those that say the same in all rows
#: are in the subtitle, not in the table.
_SUBJECTS = ("measure", "area", "period", "group")
#: The column of what measures are called.
_CALLED = "measure_called"
_SUBJECT_LABELS = {"measure": "Measure", "group": "Group"}
#: What ``n`` counts.
_BASES: Mapping[measures.Family, str] = {
    "question": "Respondents",
    "statement": "Respondents",
    "victims": "Respondents",
    "recorded crime": "Offences",
}

#: Columns behind the contract's: what each is called and, unless it is text, how it is written,
#: and what is said of a missing number where that is not ``words.MISSING``.
Also = Mapping[str, str | tuple[str, Format] | tuple[str, Format, str]]


def exhibit(
    key: str,
    table: pd.DataFrame,
    draw: Callable[[Axes], object],
    *,
    headline: str,
    subtitle: str,
    alt: str,
    height: float,
    source: Source | str,
    width: float = style.PAGE_WIDTH,
    called: Mapping[str, str] | None = None,
    by: Also | None = None,
    also: Also | None = None,
    vintage: str = "",
    caveats: Iterable[str] = (),
    synthetic: bool = False,
) -> Exhibit:
    """Return the exhibit of a table and its drawing.

    Parameters
    ----------
    key
        What the exhibit is called in pages and files.
    table
        An estimate table of one quantity; or any table, whose columns are then all in ``also``.
    draw
        Draws the figure on an axis.
    headline, subtitle, alt
        The message, what is shown, and the figure in words.
    height, width
        Of the figure, in inches.
    source
        The register's entry, or a line where there is more to say.
    called
        Labels of the contract's columns, where the measure's own would say too little here.
    by
        Further columns that say what a row is about, with their labels.
    also
        Further columns, in their order behind the contract's.
    vintage
        To when the figures go; from the periods of the table by default.
    caveats
        Sentences below the figure; empty ones are left out.
    synthetic
        Whether the data are made up; a table with the column ``origin`` says so itself.
    """
    if isinstance(source, Source) and not _is_made_of(table, source.key):
        raise InputError(
            f"The table of {key!r} is not made of {source.key!r}, its source line: "
            f"{table['source'].unique()}"
        )
    synthetic = synthetic or estimates.is_synthetic(table)
    drawing = figures.Drawing(draw, key, width, height, synthetic)
    return Exhibit(
        key=key,
        headline=headline,
        subtitle=subtitle,
        alt=alt,
        svg=drawing.svg(),
        table=_labelled(table),
        columns=columns(table, called or {}, by or {}, also or {}),
        source=source if isinstance(source, str) else captions.named(source),
        vintage=vintage or _vintage(table),
        caveats=[text for text in caveats if text],
        synthetic=synthetic,
        drawing=drawing,
    )


def columns(
    table: pd.DataFrame, called: Mapping[str, str], by: Also, also: Also
) -> Sequence[Column]:
    """Return the columns of a table that readers see, each with its label and its format."""
    about, more = (
        [Column(name, *((said,) if isinstance(said, str) else said)) for name, said in part.items()]
        for part in (by, also)
    )
    if not set(estimates.COLUMNS) <= set(table):
        return [*about, *more]
    subjects, numbers = (
        [
            Column(_CALLED if name == "measure" else name, called.get(name) or label, *how)
            for name, label, *how in part
        ]
        for part in (_subjects(table), _numbers(table))
    )
    note = [Column("caveat", "Note")] if table["estimate"].isna().any() else []
    return [*subjects, *about, *numbers, *more, *note]


def answer(key: str) -> str:
    """Return what a measure is called; of a column that is none, its name in words."""
    known = measures.MEASURES.get(key)
    return known.label if known else key.replace("_", " ").capitalize()


def _is_made_of(table: pd.DataFrame, key: str) -> bool:
    """Return whether a table's source column names a key of the register; without one, yes."""
    return "source" not in table or any(key in keys.split() for keys in table["source"].unique())


def _labelled(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with what its measures are called, beside their keys."""
    if "measure" not in table:
        return table
    return table.assign(**{_CALLED: table["measure"].map(answer)})


def _subjects(table: pd.DataFrame) -> list[tuple[str, str, Format]]:
    found: list[tuple[str, str, Format]] = []
    for name in _SUBJECTS:
        if table[name].nunique() < 2:
            continue
        if name == "area":
            boroughs = {area.name for area in areas.everywhere()}
            label = "Borough" if set(table[name]) <= boroughs else "Area"
        elif name == "period":
            label = "Month" if table[name].str.fullmatch(r"\d{4}-\d{2}").all() else "Period"
        else:
            label = _SUBJECT_LABELS[name]
        found.append((name, label, "period" if name == "period" else "text"))
    return found


def _numbers(table: pd.DataFrame) -> list[tuple[str, ...]]:
    how = estimates.written(table)
    found: list[tuple[str, ...]] = [("estimate", _header(table), how.format)]
    if table["lower"].notna().any():
        share = words.level(table)
        alone = table["lower"].isna() & table["estimate"].notna()
        said = words.INAPPLICABLE if alone.any() else words.MISSING
        found += [
            ("lower", f"Lower, {share}", how.format, said),
            ("upper", f"Upper, {share}", how.format, said),
        ]
    base = _BASES.get(_family(table))
    if base and table["n"].notna().any() and not _counts_itself(table):
        found.append(("n", base, "count"))
    return found


def _header(table: pd.DataFrame) -> str:
    """Return what the numbers of a table are: their unit, or their quantity if that says more."""
    quantity = table["quantity"].iloc[0]
    units = {measures.written(measure, quantity).unit for measure in table["measure"].unique()}
    what = units.pop() if len(units) == 1 else quantity
    what = quantity if quantity in {"change", "difference"} else what
    return what[:1].upper() + what[1:]


def _counts_itself(table: pd.DataFrame) -> bool:
    """Return whether the base of each estimate is the estimate, as for counts."""
    known = table.dropna(subset=["n"])
    return bool((known["n"] == known["estimate"]).all())


def _family(table: pd.DataFrame) -> str:
    known = measures.MEASURES.get(table["measure"].iloc[0])
    return known.family if known else ""


def _vintage(table: pd.DataFrame) -> str:
    if "period" not in table:
        raise InputError("A table without periods does not say to when its figures go.")
    return f"Figures to {words.month(max(table['period'].map(estimates.end)))}"

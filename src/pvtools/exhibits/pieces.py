"""The pieces a page is made of; notebook, dashboard, PDF, HTML and spreadsheet show the same ones.

A piece carries everything a reader sees as plain data. Its notebook representation holds that
data as JSON (from which reports are made), HTML (notebook and dashboard) and plain text. An
:class:`Exhibit` adds its figure as SVG, with the alt text in the output's metadata.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from matplotlib.figure import Figure

from pvtools import estimates, figures, words
from pvtools.errors import InputError
from pvtools.exhibits import contract, csv_text, html
from pvtools.exhibits.contract import MIME
from pvtools.measures import Format

_STAMP = "SYNTHETIC"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a displayed table: where it is found, what it is called, how it is written.

    ``missing`` is what is said of a number that is missing in it.
    """

    key: str
    label: str
    format: Format = "text"
    missing: str = words.MISSING


class Piece(ABC):
    """What every piece can do: be shown by a notebook and be read back from its output."""

    kind: ClassVar[str]

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Return everything a reader sees, as plain data."""

    @abstractmethod
    def text(self) -> str:
        """Return the piece as plain text."""

    def to_html(self) -> str:
        """Return the piece as HTML, the same in notebook, dashboard and web page."""
        return html.render(self.to_json())

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {
            MIME: self.to_json(),
            "text/html": html.STYLE_TAG + self.to_html(),
            "text/plain": self.text(),
        }
        return data, {}


@dataclass(frozen=True)
class Cover(Piece):
    """The head of a report: the borough's name large, and the period the figures cover.

    ``imprint`` says who publishes it and what it is not; ``footer`` stands on every page; ``date``
    (ISO) is the vintage the document is dated by.
    """

    kind: ClassVar[str] = "cover"
    title: str
    subtitle: str
    period: str
    imprint: str = ""
    footer: str = ""
    date: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "title": self.title,
            "subtitle": self.subtitle,
            "period": self.period,
            "imprint": self.imprint,
            "footer": self.footer,
            "date": self.date,
        }

    def text(self) -> str:
        return "\n".join(filter(None, [self.title, self.subtitle, self.period, self.imprint]))


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: what it is about, the number, its interval, and the sentence that says it."""

    label: str
    number: str
    interval: str
    sentence: str


@dataclass(frozen=True)
class Findings(Piece):
    """Three or four findings in plain words, each with its interval."""

    kind: ClassVar[str] = "findings"
    title: str
    items: Sequence[Finding]

    def to_json(self) -> dict[str, Any]:
        items = [
            {
                "label": item.label,
                "number": item.number,
                "interval": item.interval,
                "sentence": item.sentence,
            }
            for item in self.items
        ]
        return {"kind": self.kind, "title": self.title, "items": items}

    def text(self) -> str:
        return "\n".join([self.title, *(f"- {item.sentence}" for item in self.items)])


@dataclass(frozen=True)
class Notice(Piece):
    """A box of plain sentences, such as what the figures cannot tell."""

    kind: ClassVar[str] = "notice"
    title: str
    points: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "title": self.title, "points": list(self.points)}

    def text(self) -> str:
        return "\n".join([self.title, *(f"- {point}" for point in self.points)])


@dataclass(frozen=True)
class Ledger(Piece):
    """A table that stands on the page as a table: key figures, provenance.

    A column of the format ``picture`` holds sentences, the alt texts of its ``pictures``: one SVG
    a row by the column's key, or an empty text where the sentence is shown instead. A table with a
    row of made-up data is stamped SYNTHETIC wherever it is shown, whether or not it is said here.
    """

    kind: ClassVar[str] = "ledger"
    key: str
    title: str
    table: pd.DataFrame
    columns: Sequence[Column]
    note: str = ""
    pictures: Mapping[str, Sequence[str]] = field(default_factory=dict)
    synthetic: bool = False

    def __post_init__(self) -> None:
        _check_key(self.key)
        if self.synthetic or estimates.is_synthetic(self.table):
            object.__setattr__(self, "synthetic", True)
            object.__setattr__(self, "title", f"{_STAMP}: {self.title}")

    def to_json(self) -> dict[str, Any]:
        pictures = {key: [*svgs] for key, svgs in self.pictures.items()}
        return {
            "kind": self.kind,
            "key": self.key,
            "title": self.title,
            "table": table_json(self.table, self.columns),
            "note": self.note,
            **({"pictures": pictures} if pictures else {}),
            **({"synthetic": True} if self.synthetic else {}),
        }

    def csv(self, **about: str) -> str:
        """Return the table as CSV, as an exhibit does it; the head holds the note."""
        return _csv(self, about)

    def text(self) -> str:
        return f"{self.title}\n{_table_text(self.to_json()['table'])}"


@dataclass(frozen=True)
class Exhibit(Piece):
    """A figure with its message, its alt text, the table behind it, its source and its caveats.

    ``framed`` names the parts of the figure, by their ids, that are framed without drawing it
    again: ``svg`` is the figure as drawn, ``picture`` as it is shown. ``controls`` and ``states``
    are those of :func:`~pvtools.exhibits.with_controls`.

    Raises
    ------
    InputError
        Headline, subtitle, alt text, source or vintage is empty: a figure that does not say
        what it shows, how sure it is and where it comes from is not shown at all.
    """

    kind: ClassVar[str] = "exhibit"
    key: str
    headline: str
    subtitle: str
    alt: str
    svg: str
    table: pd.DataFrame
    columns: Sequence[Column]
    source: str
    vintage: str
    caveats: Sequence[str] = ()
    synthetic: bool = False
    drawing: figures.Drawing | None = field(default=None, repr=False, compare=False)
    framed: Sequence[str] = ()
    controls: Mapping[str, Sequence[str]] = field(default_factory=dict)
    states: Sequence[Exhibit] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        required = ("key", "headline", "subtitle", "alt", "svg", "source", "vintage")
        empty = [name for name in required if not getattr(self, name).strip()]
        if empty:
            raise InputError(
                f"Exhibit {self.key!r} cannot be shown: {', '.join(empty)} is empty. "
                "Every exhibit says what it shows, how sure it is and where it comes from."
            )
        _check_key(self.key)
        if self.synthetic and not self.headline.startswith(_STAMP):
            # the sentences say so too, wherever they are quoted
            object.__setattr__(self, "headline", f"{_STAMP}: {self.headline}")
            object.__setattr__(self, "alt", f"{_STAMP}, made-up data. {self.alt}")

    @property
    def picture(self) -> str:
        """The figure as SVG, with what is framed in it."""
        return html.framed(self.svg, self.key, self.framed)

    def to_json(self) -> dict[str, Any]:
        return self._alone() | (self._other_states() if self.states else {})

    def _alone(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "key": self.key,
            "headline": self.headline,
            "subtitle": self.subtitle,
            "alt": self.alt,
            "table": table_json(self.table, self.columns),
            "source": self.source,
            "vintage": self.vintage,
            "caveats": list(self.caveats),
            "synthetic": self.synthetic,
        }

    def _other_states(self) -> dict[str, Any]:
        controls = [{"label": name, "options": [*of]} for name, of in self.controls.items()]
        states = [{**one.to_json(), "svg": one.svg, "framed": [*one.framed]} for one in self.states]
        return {"controls": controls, "states": states}

    def to_html(self, *, phone: bool = False) -> str:
        """Return the exhibit as HTML, with its figure drawn for phones too if asked for."""
        narrow = self.drawing.svg(phone=True) if phone and self.drawing else ""
        return html.render(self._alone(), svg=self.picture, phone=narrow)

    def figure(self) -> Figure:
        """Return the figure anew, with its axis, to be restyled.

        Raises
        ------
        InputError
            The exhibit was made without a drawing.
        """
        if self.drawing is None:
            raise InputError(f"Exhibit {self.key!r} was made without a drawing.")
        return self.drawing.figure()

    def csv(self, **about: str) -> str:
        """Return the table as CSV, rounded as shown, under a head that says what it is.

        The head has a line more for each of ``about``, such as ``Area="Hackney"``. Numbers at
        full precision are in ``table``.
        """
        return _csv(self, about)

    def save(self, path: str | Path) -> Path:
        """Write the exhibit to a file: its figure as SVG, PNG or PDF, its table as CSV.

        Raises
        ------
        InputError
            The name ends in none of these.
        """
        path = Path(path)
        if path.suffix == ".svg":
            path.write_text(self.picture, encoding="utf-8")
        elif path.suffix == ".csv":
            path.write_text(self.csv(), encoding="utf-8-sig", newline="")
        elif path.suffix in {".png", ".pdf"}:
            self.figure().savefig(path, dpi=200, bbox_inches="tight")
        else:
            raise InputError(
                f"An exhibit is saved as .svg, .png, .pdf or .csv; found {path.name!r}."
            )
        return path

    def text(self) -> str:
        return "\n".join([self.headline, self.subtitle, self.alt, *self.caveats])

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data, _ = super()._repr_mimebundle_()
        return data | {"image/svg+xml": self.picture}, {"image/svg+xml": {"alt": self.alt}}


def with_controls(controls: Mapping[str, Sequence[object]], states: Sequence[Exhibit]) -> Exhibit:
    """Return the first of several exhibits; on a web page, controls lead from it to the others.

    Everywhere else, and where scripts do not run, the first stands alone.

    Parameters
    ----------
    controls
        What each control is called, and its options, such as texts or years.
    states
        An exhibit for each combination of options, the last control's changing fastest. All have
        one key.

    Raises
    ------
    InputError
        There are more or fewer exhibits than combinations, or they have several keys, or
        controls of their own.

    Examples
    --------
    >>> from pvtools import profiles
    >>> shown = [getattr(profiles.load("Hackney"), name) for name in ("map", "confidence_trend")]
    >>> first, second = (replace(one, key="opinion") for one in shown)
    >>> with_controls({"Shown": ["London", "Hackney"]}, [first, second]).key
    'opinion'
    """
    wanted = math.prod(len(options) for options in controls.values())
    keys = sorted({one.key for one in states})
    if len(states) != wanted or len(keys) != 1:
        raise InputError(
            f"Controls need an exhibit for each of {wanted} combinations, all of one key; found "
            f"{len(states)} of {', '.join(map(repr, keys)) or 'none'}."
        )
    if any(one.states for one in states):
        raise InputError("An exhibit within controls has none of its own: name them all at once.")
    named = {name: [*map(str, options)] for name, options in controls.items()}
    return replace(states[0], controls=named, states=states[1:])


def _csv(piece: Exhibit | Ledger, about: Mapping[str, str]) -> str:
    made_of = set(piece.table["source"]) if "source" in piece.table else set()
    keys = {key for keys in made_of for key in str(keys).split()}
    return csv_text.render(piece.to_json(), about=about, made_of=keys)


def _check_key(key: str) -> None:
    if not contract.KEY.fullmatch(key):
        raise InputError(f"The key {key!r} names a piece in pages and files: {contract.KEY_IS}.")


def table_json(table: pd.DataFrame, columns: Sequence[Column]) -> dict[str, Any]:
    """Return a table as JSON: full-precision values, missing ones as null, months as text."""
    described = [asdict(column) for column in columns]
    rows = [
        [words.plain(value) for value in row]
        for row in table[[c.key for c in columns]].itertuples(index=False, name=None)
    ]
    return {"columns": described, "rows": rows}


def _table_text(table: Mapping[str, Any]) -> str:
    lines = ["\t".join(column["label"] for column in table["columns"])]
    for row in table["rows"]:
        cells = zip(row, table["columns"], strict=True)
        lines.append("\t".join(words.cell(value, column) for value, column in cells))
    return "\n".join(lines)

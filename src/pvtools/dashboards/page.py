"""The shell of a dashboard: controls, one line of status, and below them figures under their name.

Any app uses it, so that all behave alike: what was shown goes before something else is made; what
cannot be shown is one sentence; an unforeseen error has a reference, under which whoever runs the
server finds it in the log, and the reader never meets a traceback.
"""

from __future__ import annotations

import base64
import re
import secrets
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets
from IPython.display import display

from pvtools.dashboards import files
from pvtools.errors import PvtoolsError, printable

if TYPE_CHECKING:
    from pvtools.exhibits import Exhibit, Ledger
    from pvtools.exhibits.pieces import Piece

#: By this a page is known in which something could not be made.
ABSENT = "pv-absent"
#: What is shown on a page and has files that the server keeps; nothing where none does.
_SHOWN: ContextVar[list[Exhibit | Ledger] | None] = ContextVar("shown", default=None)


class Page:
    """Controls, a status line and figures.

    Parameters
    ----------
    controls
        What a reader picks with.
    """

    def __init__(self, *controls: widgets.Widget) -> None:
        self.status = widgets.HTML()
        self.figures = widgets.VBox()
        self.figures.add_class("pv-figures")  # by this the served page finds them (pvtools.js)
        self._controls = controls

    def open(self) -> None:
        """Put the page on the screen.

        A page asks for all its widgets at once. ipywidgets answers only where it was imported in
        the kernel itself, and a forked kernel finds it in memory: the page then asks widget by
        widget.
        """
        widgets.register_comm_target()
        display(widgets.VBox([*self._controls, self.status, self.figures]))

    def rest(self, sentence: str, html: str = "") -> None:
        """Show what stands there while nothing is picked."""
        self._put([html] if html else [])
        self.status.value = status(sentence)

    def fill(
        self, name: str, make: Callable[[], Iterable[str]], *, link: str = "", otherwise: str = ""
    ) -> None:
        """Show what ``make`` returns under ``name``, or one sentence if it fails.

        Parameters
        ----------
        name
            What the figures are of; the heading.
        make
            Called for the figures, each as HTML.
        link
            The address of this page, for a reader to pass on.
        otherwise
            Where a reader finds the same if it fails: a sentence.
        """
        shown = []
        if name:
            self._put([])  # no figures of one thing while another's are made
            shown = [f'<h2 class="pv-area">{escape(name)}</h2>']
            self.status.value = status(f"Making the figures of {name} …")
        which = f"The figures of {name}" if name else "The figures"
        anchor = f'<a href="{escape(link)}">Link to this page</a>' if link else ""
        try:
            shown = [*shown, *make()]
            line = status(f"Showing {name}." if name else "", anchor)
        except PvtoolsError as error:
            line = status(f"{which} cannot be shown. {error}")
        except Exception as error:
            line = status(
                f"{which} cannot be shown: something went wrong on our side "
                f"(reference {logged(error, name)}). {otherwise}".strip()
            )
        self._put(shown)
        self.status.value = line

    def _put(self, shown: Sequence[str]) -> None:
        """Show these figures; what stands there already is not sent once more."""
        before = self.figures.children
        kept, gone = before[: len(shown)], before[len(shown) :]
        if gone:  # before anything new stands above them
            self.figures.children = kept
        for figure, html in zip(kept, shown, strict=False):
            figure.value = html
        if more := shown[len(kept) :]:
            self.figures.children = [*kept, *map(widgets.HTML, more)]
        for figure in gone:
            figure.close()


def status(sentence: str, link: str = "") -> str:
    """Return the line that says what is shown, as HTML that a screen reader announces."""
    text = f"{escape(sentence)} {link}".strip()
    return f'<p role="status" class="pv-status">{text}</p>' if text else ""


def pieces(profile: object, names: Iterable[str], slug: str) -> Iterator[str]:
    """Yield pieces of a profile as HTML, each exhibit and ledger with a link to its table.

    A piece may be a property or a method. One that cannot be made costs itself alone: a sentence
    stands in its place.
    """
    for name in names:
        yield from shown(lambda name=name: [_made(profile, name)], slug)


def _made(profile: object, name: str) -> Piece:
    found = getattr(profile, name)
    return found() if callable(found) else found


def shown(make: Callable[[], Iterable[Piece]], slug: str) -> Iterator[str]:
    """Yield the pieces that are made as HTML, or a sentence if that fails."""
    from pvtools.exhibits import Exhibit, Ledger

    try:
        for one in make():
            html = one.to_html(phone=True) if isinstance(one, Exhibit) else one.to_html()
            if isinstance(one, Exhibit | Ledger):  # together they are one thing on a wide screen
                html = f'<div class="pv-piece">{html}{_to_take(one, slug)}</div>'
            yield html
    except PvtoolsError as error:
        yield _absent(str(error))
    except Exception as error:
        reference = logged(error, slug)
        yield _absent(f"Something went wrong on our side (reference {reference}).")


@contextmanager
def with_files() -> Iterator[list[Exhibit | Ledger]]:
    """Have pieces lead to files of the server, and give those that were shown meanwhile."""
    shown: list[Exhibit | Ledger] = []
    before = _SHOWN.set(shown)
    try:
        yield shown
    finally:
        _SHOWN.reset(before)


def _to_take(piece: Exhibit | Ledger, slug: str) -> str:
    """Return how a piece is taken away: where no server keeps files, the page carries them."""
    shown = _SHOWN.get()
    if shown is None:
        return download(piece, slug)
    shown.append(piece)
    return files.row(piece, slug)


def chapter(title: str) -> str:
    """Return the heading of a part of a page, to which its contents lead."""
    anchor = re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
    return f'<h2 class="pv-chapter" id="{anchor}">{escape(title)}</h2>'


def _absent(why: str) -> str:
    return f'<p class="{ABSENT}">This cannot be shown. {escape(why)}</p>'


def download(piece: Exhibit | Ledger, slug: str) -> str:
    """Return a link that carries the table of a piece as a CSV file."""
    data = base64.b64encode(b"\xef\xbb\xbf" + piece.csv().encode()).decode()
    name = f"pvtools-{slug}-{piece.key}.csv"
    said = piece.headline if piece.kind == "exhibit" else piece.title
    return (
        f'<p class="pv-download"><a download="{name}" href="data:text/csv;charset=utf-8;base64,'
        f'{data}">Download these numbers (CSV)<span class="pv-hidden">: '
        f"{escape(said)}</span></a></p>"
    )


def logged(error: Exception, name: str) -> str:
    """Write an error to the log of whoever runs the server, and return its reference."""
    reference = secrets.token_hex(4)
    lines = "".join(traceback.format_exception(error)).splitlines()
    text = "\n".join(map(printable, [f"[pvtools] reference {reference}: {name}", *lines]))
    # Not the usual stream, which a kernel sends on to the page.
    print(text, file=sys.__stderr__ or sys.stderr, flush=True)
    return reference

"""The one look of pvtools: colours, type and sizes for figures, pages, dashboards, spreadsheets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from pvtools.errors import UsageError

# Government Analysis Function palette: tells apart for colour-blind readers and in print.
ACCENT = "#12436D"
SECOND = "#F46A25"
TURQUOISE = "#28A197"
PINK = "#801650"
TEXT = "#3D3D3D"
QUIET = "#6B6B6B"
CONTEXT = "#BFBFBF"
PALE = "#E9EFF4"

FONT = "Fira Sans"
#: Widths a figure may have, in inches; heights are the figure's own.
PAGE_WIDTH = 6.7
HALF_WIDTH = 3.2


def font_dir() -> Path:
    """Return the folder of the font's files, which come with a package."""
    return Path(str(files("fontpkg_fira_sans"))) / "files"


def font_folders() -> list[Path]:
    """Return the font's folder, and others for what it lacks, such as Bengali or Chinese.

    Those are of every installed package of fonts that says so (``fontpkg``), and the folder that
    ``PVTOOLS_FONTS`` names.

    Raises
    ------
    UsageError
        There is no such folder.
    """
    packages = sorted({point.module for point in entry_points(group="fontpkg.family")})
    folders = [font_dir(), *(Path(str(files(package))) / "files" for package in packages)]
    if named := os.environ.get("PVTOOLS_FONTS"):
        if not Path(named).is_dir():
            raise UsageError(
                f"PVTOOLS_FONTS is {named!r}, and there is no such folder. "
                "Name a folder of font files, or unset it."
            )
        folders.append(Path(named).resolve())
    return list(dict.fromkeys(folders))


#: Handed to ``matplotlib.rc_context``; never set globally.
RC: Mapping[str, object] = MappingProxyType(
    {
        "font.family": FONT,
        "font.size": 9.5,
        "axes.titlesize": 9.5,
        "axes.labelsize": 9.5,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "text.color": TEXT,
        "axes.labelcolor": TEXT,
        "axes.edgecolor": CONTEXT,
        "xtick.color": TEXT,
        "ytick.color": TEXT,
        "xtick.major.size": 3,
        "ytick.major.size": 0,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": "#E6E6E6",
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "lines.linewidth": 1.8,
        "lines.solid_capstyle": "round",
        "figure.constrained_layout.use": True,
        "svg.fonttype": "path",  # the same shapes in every viewer, whatever fonts it has
        "svg.hashsalt": "pvtools",  # the same bytes at every build
    }
)

FONT_STACK = f"'{FONT}', 'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', Arial, sans-serif"

#: Scoped to pieces, so that it may stand in anybody's notebook; classes said twice outweigh the
#: notebook's own rule that sets all tables to the right.
PIECE_CSS = f"""
.pv-exhibit,.pv-findings,.pv-notice,.pv-ledger,.pv-cover{{font-family:{FONT_STACK};color:{TEXT};
line-height:1.45;max-width:46rem;margin:0 0 2rem}}
.pv-exhibit h3,.pv-notice h3{{color:{ACCENT};font-size:1.15rem;line-height:1.25;margin:0 0 .2rem}}
.pv-cover h1{{color:{ACCENT};font-size:2.6rem;line-height:1.1;margin:.1rem 0 .4rem}}
.pv-findings h2{{color:{ACCENT};font-size:1.35rem;margin:0 0 .8rem}}
.pv-subtitle,.pv-exhibit figcaption,.pv-caveats{{color:#595959;font-size:.9rem;margin:0 0 .5rem}}
.pv-exhibit figure{{margin:.4rem 0}}
.pv-exhibit figure img{{max-width:100%;height:auto;display:block;background:#fff}}
.pv-caveats{{padding-left:1.1rem}}
.pv-findings ul{{list-style:none;padding:0;margin:0;display:grid;gap:1.2rem 2rem;
grid-template-columns:repeat(auto-fit,minmax(17rem,1fr))}}
.pv-findings li p{{margin:0 0 .3rem}}
.pv-label{{font-weight:600}}
.pv-number{{color:{ACCENT};font-size:2.1rem;font-weight:600;line-height:1.1}}
.pv-interval{{display:block;color:#595959;font-size:.95rem;font-weight:400;margin:.15rem 0 .3rem}}
.pv-notice{{background:{PALE};border-left:4px solid {ACCENT};padding:1rem 1.2rem}}
.pv-notice ul{{margin:.4rem 0 0;padding-left:1.1rem}}
.pv-scroll{{overflow-x:auto}}
.pv-exhibit table,.pv-ledger table{{border-collapse:collapse;font-size:.9rem;
font-variant-numeric:tabular-nums}}
.pv-exhibit caption,.pv-ledger caption{{text-align:left;color:#595959;padding:.3rem 0}}
.pv-exhibit.pv-exhibit table th,.pv-exhibit.pv-exhibit table td,
.pv-ledger.pv-ledger table th,.pv-ledger.pv-ledger table td{{text-align:left;
vertical-align:top;padding:.3rem .9rem .3rem 0;border-bottom:1px solid #d9d9d9}}
.pv-exhibit.pv-exhibit tbody th,.pv-ledger.pv-ledger tbody th{{font-weight:400}}
.pv-exhibit.pv-exhibit table .number,.pv-ledger.pv-ledger table .number{{text-align:right}}
.pv-exhibit summary{{cursor:pointer;color:{ACCENT}}}
@media (max-width:38rem){{
.pv-ledger table,.pv-ledger caption,.pv-ledger tbody,.pv-ledger tr,.pv-ledger tbody th{{
display:block}}
.pv-ledger thead{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
.pv-ledger tr{{border-bottom:1px solid #d9d9d9;padding:.5rem 0}}
.pv-ledger.pv-ledger tbody th,.pv-ledger.pv-ledger table td{{border:0;padding:.1rem 0}}
.pv-ledger.pv-ledger tbody th{{font-weight:600}}
.pv-ledger td{{display:grid;grid-template-columns:8rem 1fr;gap:.6rem}}
.pv-ledger td::before{{content:attr(data-label);color:#595959}}
.pv-ledger.pv-ledger table .number{{text-align:left}}
}}
.pv-synthetic{{font-weight:700;color:#fff;background:{PINK};padding:.2rem .6rem;width:max-content}}
""".strip()

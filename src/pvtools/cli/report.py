"""``pvtools report``: the reports of some areas, or of all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pvtools import areas, places
from pvtools.areas import Area
from pvtools.cli.making import make, making_options, out_option
from pvtools.cli.options import area_names, data_option
from pvtools.errors import UsageError

#: A ward's code, or the slug that holds it.
_WARD = re.compile(r"(.*-)?e05\w*", re.IGNORECASE)


@click.command(
    short_help="Make the reports of some areas, or of all.",
    epilog="""\b
Examples:
  pvtools report Hackney                      one borough, in three forms
  pvtools report "Tower Hamlets" E09000030    by name or by code, in any case
  pvtools report --all --jobs 4               London, its boroughs, its command units
  pvtools report --all --formats pdf --force  make anew what has not changed
  pvtools report --all --publisher "Hackney Council" --contact safety@example.org
  pvtools report E05009367                    a ward, by its code, of a file that was added
  pvtools report --wards                      all wards; --wards Hackney: those of a borough
""",
)
@click.argument("area", nargs=-1, shell_complete=area_names)
@click.option(
    "--all", "everything", is_flag=True, help="Report on London, 32 boroughs and 12 command units."
)
@click.option(
    "--wards",
    is_flag=False,
    flag_value="all",
    metavar="[BOROUGH]",
    help="Report on all wards of the file that was added, or on those of a borough.",
)
@out_option
@data_option()
@making_options("pdf,html,xlsx")
@click.option("--publisher", metavar="NAME", help="Who publishes the reports, for page one.")
@click.option("--contact", metavar="TEXT", help="Whom readers may ask, for page one.")
@click.option("--notebook", type=click.Path(path_type=Path), help="Run another notebook instead.")
@click.pass_context
def report(
    ctx: click.Context,
    area: tuple[str, ...],
    everything: bool,
    wards: str | None,
    out: Path,
    data: Path | None,
    publisher: str | None,
    contact: str | None,
    notebook: Path | None,
    **making: Any,
) -> None:
    """Make the report of each AREA: a PDF, a web page and a spreadsheet.

    An area is given by name, code or slug, in any case: London, a borough, or a command unit of
    the police. A ward is given by its code, and its report stands in the folder "wards" of --out. A
    report whose data, notebook and code have not changed is left as it stands. Ends with 0 when
    all is well, 1 when a report failed, stopped early or a page could not be written, 2 when the
    command was wrong.
    """
    imprint = {
        name: text for name, text in (("publisher", publisher), ("contact", contact)) if text
    }
    if wards is not None or any(map(_WARD.fullmatch, area)):
        _of_wards(
            ctx,
            _wards(area, wards, data, everything=everything),
            making,
            data_dir=places.data_folder(data),
            out_dir=out / "wards",
            notebook=notebook or places.notebook("report_ward.ipynb"),
            imprint=imprint,
        )
        return
    chosen = _chosen(area, everything=everything)
    if notebook is None:  # another notebook may have data of its own kind
        data = places.data_folder(data)

    from pvtools.reports import subjects

    data = data or places.data_dir()
    make(
        ctx,
        subjects.of_areas(chosen, data.resolve(), imprint),
        making,
        data_dir=data,
        out_dir=out,
        notebook=notebook,
        imprint=imprint,
        shared="units" if any(area.kind == "bcu" for area in chosen) else "areas",
    )


def _chosen(names: Sequence[str], *, everything: bool) -> list[Area]:
    """Return the areas named; every name without a report is refused, all at once."""
    if not names and not everything:
        raise UsageError(
            "Which areas? Name one or more (pvtools report Hackney), or all of them "
            "(pvtools report --all). List them with: pvtools areas"
        )
    found, faults = [], []
    for name in names:
        try:
            found.append(areas.find_reported(name, units=True))
        except UsageError as error:
            faults.append(str(error))
    if faults:
        raise UsageError("\n".join(faults))
    return list(areas.reported()) if everything else list(dict.fromkeys(found))


def _wards(
    names: Sequence[str], borough: str | None, data: Path | None, *, everything: bool
) -> list[Area]:
    """Return the wards named, or those of a borough, or all; all that is wrong at once."""
    from pvtools.tables import wards

    others = [name for name in names if not _WARD.fullmatch(name)]
    if everything or others or (names and borough is not None):
        asked = ", ".join([*others, *(["--all"] if everything else [])]) or "both"
        raise UsageError(
            f"Wards have reports of their own, in a folder of their own: {asked} cannot be made "
            "with them. Name wards by their codes, a borough (--wards Hackney) or all (--wards)."
        )
    held = wards.of(data)
    if borough is not None and _WARD.fullmatch(borough):
        raise UsageError(f"{borough} is a ward: name it without --wards. Boroughs go with --wards.")
    if borough is not None:
        place = areas.london() if borough.casefold() == "all" else areas.find_reported(borough)
        within = [ward for part in areas.members(place) for ward in held.within(part)]
        if not within:
            raise UsageError(f"The file of wards that was added holds no ward of {place.name}.")
        return within
    found, faults = [], []
    for name in names:
        try:
            found.append(held.find(name))
        except UsageError as error:
            faults.append(str(error))
    if faults:
        raise UsageError("\n".join(faults))
    return list(dict.fromkeys(found))


def _of_wards(
    ctx: click.Context,
    chosen: Sequence[Area],
    making: Mapping[str, Any],
    *,
    data_dir: Path,
    imprint: Mapping[str, str],
    **where: Any,
) -> None:
    """Make the reports of wards."""
    from pvtools.reports import subjects

    make(
        ctx,
        subjects.of_wards(chosen, data_dir.resolve(), imprint),
        making,
        data_dir=data_dir,
        imprint=imprint,
        listing="Recorded crime in London’s wards",
        shared="wards",
        **where,
    )

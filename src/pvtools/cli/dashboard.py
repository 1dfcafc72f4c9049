"""``pvtools dashboard``: serve the dashboards."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from pvtools import places
from pvtools.cli.options import data_option

_MADE = "*"  # which no token can be


@click.command(
    epilog="Examples: pvtools dashboard; then open http://127.0.0.1:8866/borough/hackney"
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to serve on. By default only this computer can reach it. On any other address, "
    "everyone who can reach the computer can look, unencrypted and, unless there is a --token, "
    "without a password: use it on a network you trust, or put a web server with HTTPS in front "
    "(docs/serving.md). Example: --host ::1",
)
@click.option("--port", default=8866, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--allow-host",
    multiple=True,
    metavar="NAME",
    help="Another name by which visitors may call it, such as that of a web server in front. "
    "Requests for other names than this, --host and localhost are refused. May be repeated.",
)
@click.option(
    "--base-url",
    default="/",
    show_default=True,
    metavar="PATH",
    help="Serve below a path, as behind a web server that serves other things as well; or with "
    "--export, the path at which the site will be found. Example: --base-url /pvtools/",
)
@click.option(
    "--token",
    is_flag=False,
    flag_value=_MADE,
    metavar="[TEXT]",
    help="Ask visitors once for this text; without TEXT, one is made and printed. Everyone on this "
    "computer can read TEXT in the list of processes: set PVTOOLS_TOKEN instead. "
    "Example: PVTOOLS_TOKEN=… pvtools dashboard",
)
@click.option(
    "--embed-from",
    multiple=True,
    metavar="ORIGIN",
    help="Let pages of another site show the dashboards in a frame. May be repeated. "
    "Example: --embed-from https://intranet.example.org",
)
@click.option(
    "--access-log",
    default="",
    metavar="FILE",
    help="Write a line of JSON on each request, with nothing about who asked; - is standard "
    "output. Without this there is none. Example: --access-log /var/log/pvtools/access.log",
)
@click.option(
    "--max-visitors",
    default=40,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many may have controls open at once, at about 60 MB each; others are asked to wait.",
)
@click.option(
    "--notebooks",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Serve the notebooks of this folder instead, each as a dashboard.",
)
@click.option(
    "--reports",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A folder of reports, as 'pvtools report' makes it: the page of an area leads to those "
    "of its own that stand there.  [default: reports, if there is one]",
)
@click.option(
    "--export",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Serve nothing: write all pages as a plain site into this folder, which any web server "
    "can hold. An earlier export there is replaced. Comparisons and controls stay behind.",
)
@data_option()
def dashboard(
    host: str,
    port: int,
    allow_host: tuple[str, ...],
    base_url: str,
    token: str | None,
    embed_from: tuple[str, ...],
    access_log: str,
    max_visitors: int,
    notebooks: Path | None,
    reports: Path | None,
    export: Path | None,
    data: Path | None,
) -> None:
    """Serve the dashboards until interrupted (Ctrl-C), or write them as a plain site."""
    data = places.data_folder(data)
    host = host.removeprefix("[").removesuffix("]")
    reports = reports or (Path("reports") if Path("reports").is_dir() else None)

    if export is not None:
        _export(export, notebooks=notebooks, data_dir=data, reports=reports, base_url=base_url)
        return

    from pvtools.dashboards import tokens
    from pvtools.dashboards.guard import EVERYWHERE
    from pvtools.dashboards.serve import address, serve

    in_environment = os.environ.pop("PVTOOLS_TOKEN", None)  # no kernel needs to know it
    made = tokens.new() if token == _MADE else ""
    token = made or (in_environment if token is None else token)

    def listening() -> None:
        if host in EVERYWHERE and not allow_host:
            click.echo(
                "Visitors call it by this computer's numeric address; for a name: --allow-host"
            )
        where = address(host, port, base_url)
        if made:
            click.echo(f"Open {where}?token={made}")
        elif notebooks:
            click.echo(f"Open {where}")
        else:
            click.echo(f"Open {where} – or straight to a borough: {where}borough/hackney")

    serve(
        notebooks=notebooks,
        host=host,
        port=port,
        data_dir=data,
        max_visitors=max_visitors,
        allow_hosts=allow_host,
        base_url=base_url,
        token=token,
        embed_from=embed_from,
        log_access=access_log,
        reports=reports,
        on_listening=listening,
    )


def _export(out: Path, *, notebooks: Path | None, **given: Any) -> None:
    from pvtools.cli import progress
    from pvtools.dashboards import export

    with progress.shown(len(export.steps(notebooks))) as on_event:
        pages = export.export(
            out,
            notebooks=notebooks,
            on_event=lambda kind, named: on_event(kind, named, None),
            **given,
        )
    click.echo(f"{pages} pages. Begin with: {out / 'index.html'}")

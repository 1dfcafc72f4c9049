"""``pvtools dashboard``: serve the dashboards."""

from __future__ import annotations

from pathlib import Path

import click

from pvtools import places
from pvtools.cli.options import data_option


@click.command(
    epilog="Examples: pvtools dashboard; then open http://127.0.0.1:8866/?borough=hackney"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--port", default=8866, show_default=True, type=click.IntRange(1, 65535))
@data_option()
def dashboard(host: str, port: int, data: Path | None) -> None:
    """Serve the borough dashboard until interrupted (Ctrl-C)."""
    data = places.data_folder(data)

    from pvtools.dashboards.serve import serve

    click.echo(f"Open http://{host}:{port}/ – or straight to a borough: /?borough=hackney")
    serve(host=host, port=port, data_dir=data)

"""``pvtools dashboard``: serve the dashboards."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="Examples: pvtools dashboard; then open http://127.0.0.1:8866/?borough=hackney"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--port", default=8866, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Data folder; the project's own by default.",
)
def dashboard(host: str, port: int, data_dir: Path | None) -> None:
    """Serve the borough dashboard until interrupted (Ctrl-C)."""
    from pvtools.dashboards.serve import serve

    click.echo(f"Open http://{host}:{port}/ – or straight to a borough: /?borough=hackney")
    serve(host=host, port=port, data_dir=data_dir)

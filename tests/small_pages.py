"""Small notebooks as they are after a run, with invented figures; no kernel needed."""

import base64
import struct
import zlib

import pandas as pd
from nbformat import v4

from pvtools.exhibits.pieces import Column, Cover, Exhibit, Finding, Findings, Ledger, Notice

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200pt" height="100pt" viewBox="0 0 200 100">'
    '<rect width="120" height="60" fill="#12436D"/></svg>'
)
TABLE = pd.DataFrame({"area": ["Hackney", "London"], "estimate": [0.624, None], "n": [1404, 24]})
COLUMNS = (
    Column("area", "Area"),
    Column("estimate", "Estimate", "percent"),
    Column("n", "Interviews", "count"),
)


def png() -> str:
    """Return a red dot as base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x00\x00")
    data = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + data).decode()


def exhibit(**changes):
    given = {
        "key": "good-job",
        "headline": "Fewer people say the police do a good job",
        "subtitle": "Share saying good job, 95% interval",
        "alt": "Line: falls from 68% to 62% (57% to 67%).",
        "svg": SVG,
        "table": TABLE,
        "columns": COLUMNS,
        "source": "An invented survey",
        "vintage": "To December 2025",
        "caveats": ["About 400 people were asked."],
    }
    return Exhibit(**given | changes)


def shown(piece, *tags):
    data, metadata = piece._repr_mimebundle_()
    output = v4.new_output("display_data", data=data, metadata=metadata)
    return v4.new_code_cell("show(piece)", outputs=[output], metadata={"tags": list(tags)})


def output(metadata=None, **data):
    mimes = {key.replace("_", "/", 1): value for key, value in data.items()}
    return v4.new_output("display_data", data=mimes, metadata=metadata or {})


def notebook(*cells, **metadata):
    return v4.new_notebook(cells=list(cells), metadata=metadata)


def report(borough="Hackney"):
    sentence = "62% (57% to 67%) of people say the police do a good job."
    return notebook(
        shown(Cover(borough, "Is policing creating public value?", "To November 2025")),
        shown(Findings("Findings", [Finding("Good job", "62%", "57% to 67%", sentence)])),
        shown(exhibit(key="map", headline=f"{borough} on the map"), "beside"),
        shown(Notice("What these figures cannot tell", ["Why it changed."])),
        v4.new_markdown_cell("## Confidence", metadata={"tags": ["page-break"]}),
        shown(exhibit()),
        shown(Ledger("sources", "Sources", TABLE, COLUMNS, "Open Government Licence v3.0.")),
        pvtools={"date": "2026-01-15", "footer": f"{borough} · pvtools", "hide_input": True},
    )

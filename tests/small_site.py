"""A dashboard of three areas, or of every one, whose one exhibit takes no time: for exports."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pandas as pd

from pvtools import areas
from pvtools.dashboards import page
from pvtools.dashboards.content import Content
from pvtools.errors import UsageError
from pvtools.exhibits import Column, Exhibit

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200pt" height="40pt" viewBox="0 0 200 40">'
    '<path d="M0 20H200" stroke="#12436D"/></svg>'
)


def exhibit(name: str) -> Exhibit:
    return Exhibit(
        key="small",
        headline=f"{name}: 62% say so",
        subtitle="Share who say so, year to May 2025",
        alt=f"Bar chart of the share who say so in {name}, 62%, with an interval of 57% to 67%.",
        svg=SVG,
        table=pd.DataFrame({"area": [name], "share": [0.62]}),
        columns=[Column("area", "Area"), Column("share", "Share", "percent")],
        source="Recorded crime, by borough",
        vintage="Figures to May 2025",
    )


def figures(*slugs: str) -> Iterator[str]:
    if os.environ.get("SPOILT") in slugs:
        raise RuntimeError(slugs)
    if "camden" in slugs and os.environ.get("NOTHING"):
        raise UsageError("There is nothing on Camden.")
    name = areas.find(slugs[0]).name if slugs else "London"
    yield page.chapter("What is said")
    yield from page.shown(lambda: [exhibit(name)], name)


class Few(Content):
    @property
    def offered(self) -> list[areas.Area]:
        if os.environ.get("EVERY"):
            return super().offered
        return [areas.find(slug) for slug in ("hackney", "camden", "central-east")]


APP = Few(figures, "Choose an area.", units=True)

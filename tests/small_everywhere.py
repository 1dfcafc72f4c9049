"""A dashboard of no area in particular, beside the one of three: for exports."""

from __future__ import annotations

from pvtools.dashboards.content import Content

from .small_site import figures

APP = Content(figures, "", least=0, most=0)

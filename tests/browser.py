"""A real browser for the tests that need one."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str:
    """Return the browser's path; without one, skip and say so, or fail where one is promised."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        lacking(f"no browser on this machine: install one of {', '.join(_NAMES)}")
    return found


def lacking(reason: str) -> NoReturn:
    """Skip for want of a program and say so, or fail where it is promised."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def launch(playwright):
    """Return a browser that talks to nobody but the page under test."""
    return playwright.chromium.launch(executable_path=executable(), args=_FLAGS)

"""What a reader waits for: figures of a deep link, on loopback and on a slow line, and controls.

Run with ``python benchmarks/bench_first_load.py``; needs Chromium. A page's figures count as there
when the first picture below the heading has been drawn. Each page is opened in a fresh profile,
three times; the middle one is printed. Pages are made before: what is measured is a visitor's wait.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aims import aim
from bench_dashboards import served
from playwright.sync_api import Browser, Page, sync_playwright

_CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_PAGES = ("borough/hackney", "confidence/hackney", "demand/hackney", "targets/hackney")
_LINES = {
    "loopback": None,
    "10 Mbit/s, 40 ms": {"latency": 40, "downloadThroughput": 1.25e6, "uploadThroughput": 1.25e6},
}
_FIGURE = """() => { const one = document.querySelector("main figure img, .pv-exhibit figure img");
return one && one.complete && one.naturalWidth > 0; }"""
_DRAWN = """() => document.querySelector("body:not(.pv-updating) .pv-drawn")?.dataset.dials"""


@contextmanager
def tab(browser: Browser, line: dict | None) -> Iterator[tuple[Page, list[float]]]:
    """Open a page in a fresh profile on such a line, and count what it fetches, in bytes."""
    context = browser.new_context()
    page, fetched = context.new_page(), []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: fetched.append(event["encodedDataLength"]))
    if line:
        session.send("Network.emulateNetworkConditions", {"offline": False, **line})
    yield page, fetched
    context.close()


def waited(browser: Browser, address: str, line: dict | None, sign: str) -> tuple[float, ...]:
    """Return the seconds until a sign is there, the KiB and the requests until then: the middle."""
    found = []
    for _ in range(3):
        with tab(browser, line) as (page, fetched):
            begun = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.wait_for_function(sign, timeout=120_000)
            found.append((time.perf_counter() - begun, sum(fetched) / 1024, len(fetched)))
    return tuple(statistics.median(column) for column in zip(*found, strict=True))


def main() -> None:
    """Print the table."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("No browser on this machine: install chromium.")
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    print("| page | line | seconds | KiB | requests |\n|---|---|---|---|---|")
    command = [sys.executable, "-m", "pvtools", "dashboard"]
    with (
        tempfile.TemporaryDirectory() as cache,
        served(command, cache) as (address, _),
        sync_playwright() as playwright,
    ):
        found = {}
        browser = playwright.chromium.launch(executable_path=chromium, args=_CHROMIUM)
        for path in _PAGES:
            waited(browser, address + path, None, _FIGURE)  # made, if it was not
            for name, line in _LINES.items():
                seconds, size, number = waited(browser, address + path, line, _FIGURE)
                found.setdefault(name, []).append(seconds)
                print(
                    f"| /{path} | {name} | {seconds:.2f} | {size:.0f} | {number:.0f} |", flush=True
                )
        for name, line in _LINES.items():
            seconds, size, number = waited(browser, f"{address}live/target-lab", line, _DRAWN)
            print(f"| controls | {name} | {seconds:.2f} | {size:.0f} | {number:.0f} |", flush=True)
            found.setdefault("controls", []).append(seconds)
        browser.close()
    near, far = (max(found[name]) for name in _LINES)
    aim("figures of the slowest page, loopback", near, 0.5, "s")
    aim("figures of the slowest page, 10 Mbit/s", far, 1.5, "s")
    aim("controls, loopback", found["controls"][0], 2, "s")


if __name__ == "__main__":
    main()

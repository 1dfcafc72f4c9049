"""The script of a report's web page, and the name by which a page's policy lets a script run."""

from __future__ import annotations

import base64
import hashlib

#: Changes an exhibit for another of its states; all of them stand in the page.
STATES = """
"use strict";
for (const box of document.querySelectorAll(".pv-states")) {
  const controls = box.querySelector(".pv-controls");
  const picks = [...controls.querySelectorAll("select")];
  const { parts, figures } = JSON.parse(box.querySelector("script").textContent);
  const others = [...box.querySelectorAll("template")].map((one) => one.content.firstElementChild);
  const states = [box.querySelector("section"), ...others];
  let shown = states[0];
  controls.addEventListener("change", () => {
    const at = picks.reduce((n, pick) => n * pick.length + pick.selectedIndex, 0);
    const next = states[at];
    if (at) {
      const svg = figures[at - 1].map((n) => parts[n]).join("<");
      next.querySelector("figure img").src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    }
    next.querySelector("details").open = shown.querySelector("details").open;
    shown.replaceWith(next);
    shown = next;
    controls.querySelector("[role=status]").textContent = next.querySelector("figure img").alt;
  });
  controls.hidden = false;
}
"""


def named(text: str) -> str:
    """Return what names a script, or a style, in a page's policy, so that no other runs."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

"use strict";
// Changes an exhibit for another of its states; all of them stand in the page.
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

/* Keeps a page with dials to one rule: figures are of the dials that are set, or the page says so.
 *
 * The kernel marks its figures with the dials they are of. While those differ from the ones set, the
 * figures are faded; if the kernel is gone, the page says so and goes to its own address with the
 * dials as set, which starts another: once, and then not again until figures have come. The address
 * always says what is shown. In a frame of one of our pages, that page is told address and height.
 */
"use strict";
(() => {
  const WORK = 45; // seconds for figures
  const frame = window.frameElement; // nothing, unless a page of ours shows this one
  let live = null;      // the line that says what is the matter
  let deadline = 0;     // when the wait for figures ends; 0 while none are awaited
  let settled = false, failed = false, inquiring = false, leaving = false;

  if (frame) document.documentElement.classList.add("pv-framed");

  const name = (dial) => [...dial.classList].find((one) => one.startsWith("pv-dial-")).slice(8);
  const slug = (text) => text.toLowerCase().replace(/[^a-z]+/g, "-");

  function value(dial) {
    const select = dial.querySelector("select");
    if (select) return slug(select.selectedOptions[0]?.text ?? "");
    const handle = dial.querySelector("[role=slider]");
    // not aria-valuenow, which has one decimal
    return handle ? String(Number(Number(handle.getAttribute("aria-valuetext")).toFixed(4))) : "";
  }

  function dials() { // as set; nothing until all are there
    const found = [...document.querySelectorAll(".pv-dial")].map((dial) => [name(dial), value(dial)]);
    return found.length && found.every((one) => one[1]) ? new URLSearchParams(found) : null;
  }

  function query() { // of what is set, where it differs from how the dials start
    const start = new URLSearchParams(document.querySelector(".pv-drawn").dataset.start);
    return new URLSearchParams([...dials()].filter(([key, text]) => start.get(key) !== text));
  }

  function address(more = "") {
    const kept = new URLSearchParams(location.search), own = new Set(dials().keys());
    const others = [...kept].filter(([key]) => key !== "again" && !own.has(key));
    const all = new URLSearchParams([...others, ...query()]).toString() + more;
    return location.pathname + (all ? `?${all}` : "");
  }

  function tell() { // the query only while the figures are of what is set
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    const shown = settled && !deadline && !failed;
    const detail = { height, query: shown ? query().toString() : null };
    frame?.dispatchEvent(new CustomEvent("pv-state", { detail }));
  }

  function say(text) {
    if (live.textContent !== text) live.textContent = text;
  }

  function name_parts() { // ipywidgets gives its sliders no names
    for (const dial of document.querySelectorAll(".pv-dial:not([data-named])")) {
      const label = dial.querySelector(".widget-label")?.textContent;
      const handle = dial.querySelector("[role=slider]"), box = dial.querySelector(".widget-readout");
      if (!label || !(handle || dial.querySelector("select"))) continue;
      dial.dataset.named = "";
      handle?.setAttribute("aria-label", label);
      box?.setAttribute("role", "textbox");
      box?.setAttribute("aria-label", `${label}: value`);
    }
    document.querySelector(".pv-says")?.setAttribute("role", "status");
    for (const table of document.querySelectorAll(".pv-figures table:not([tabindex])")) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0; // to be scrolled by keyboard
    }
  }

  function look() {
    const drawn = document.querySelector(".pv-drawn"), now = dials();
    if (!drawn || !now) return;
    if (!live) {
      live = document.getElementById("loading");
      live.id = "pv-live";
      live.textContent = "";
    }
    name_parts();
    const waiting = now.toString() !== drawn.dataset.dials;
    document.body.classList.toggle("pv-updating", waiting);
    if (!waiting) arrive();
    else if (!deadline && !failed) deadline = Date.now() + WORK * 1000;
  }

  function arrive() {
    if (settled && !deadline && !failed) return;
    settled = true;
    failed = false;
    deadline = 0;
    say("");
    const here = address();
    if (here !== location.pathname + location.search) history.replaceState(null, "", here);
    tell();
  }

  async function inquire() {
    if (inquiring || failed || leaving || !live) return;
    inquiring = true;
    try {
      const { baseUrl, kernelId } = JSON.parse(
        document.getElementById("jupyter-config-data").textContent);
      const status = await fetch(`${baseUrl}api/kernels/${kernelId}`, {
        cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(10000),
      }).then((answer) => (answer.type === "opaqueredirect" ? 403 : answer.status), () => 0);
      if (status === 404 || (status === 200 && deadline && Date.now() > deadline)) leave();
      else if (status === 0 && deadline) say("The controls do not answer at the moment. Trying again …");
      else if (status === 403) say("A token is needed. Reload the page, which asks for it once.");
      else if (status === 200) say("");
    } finally {
      inquiring = false;
    }
  }

  function leave() {
    if (new URLSearchParams(location.search).has("again") && !settled) {
      failed = true; // a fresh kernel could not do it either: no third one is tried
      deadline = 0;
      say("The controls cannot be had at the moment. The figures are not of what is set here. " +
        "Try again in a minute.");
    } else {
      say("The connection to the controls was lost. They start again as they are set …");
      const all = address();
      leaving = true; // to go a second time would break off the first, whose kernel has begun
      location.replace(`${all}${all.includes("?") ? "&" : "?"}again=1`);
    }
  }

  function touched() {
    failed = false;
    setTimeout(() => {
      look();
      if (deadline) inquire();
    }, 100);
  }

  for (const kind of ["change", "pointerup", "keyup"]) document.addEventListener(kind, touched);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) inquire();
  });
  window.addEventListener("online", inquire);
  window.addEventListener("pageshow", () => { leaving = false; });
  document.addEventListener("DOMContentLoaded", () => {
    new ResizeObserver(tell).observe(document.body);
    const area = new URLSearchParams(location.search).get("area");
    const back = document.querySelector(".pv-back a:last-child");
    if (area && back) back.search = new URLSearchParams({ area }); // its page leads on from there
  });
  new MutationObserver(look).observe(document, {
    attributeFilter: ["aria-valuetext", "data-dials"], childList: true, subtree: true,
  });
  setInterval(() => {
    look();
    if (deadline) inquire();
  }, 2000);
})();

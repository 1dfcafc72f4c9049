/* Keeps the page to one rule: figures are seen only under the name that is picked.
 *
 * The kernel draws what is picked. It may be busy, or gone: ended after ten idle minutes, killed, or
 * restarted with its server. Whenever the picker and the heading above the figures differ, the
 * figures are hidden and the reader is told so; if the kernel is gone, or nothing comes from it, the
 * page goes to the address of what is picked, which starts another. The address always says what is
 * shown, so that Back, a reload and a copied link show the same.
 */
"use strict";
(() => {
  const SILENCE = 10, WORK = 45, START = 60; // seconds for a first sign, for figures, for a page
  const opened = Date.now();
  let title = "";
  let deadline = 0; // when the wait for the figures ends; 0 while none are awaited
  let waitText = ""; // what the status line says meanwhile
  let kept = "";    // what the kernel had written there
  let inquiring = false, settled = false, failed = null;

  // Voila's own scripts call these while a page is built
  window.cellLoaded = true;
  window.voila_finish = window.voila_process = window.voila_heartbeat = () => {};

  const picker = () => document.querySelector(".pv-picker select");
  const plain = (text) => text.replace(/\s+/g, " "); // ipywidgets writes its options unbreakable
  const picked = () => (picker().selectedIndex > 0 ? plain(picker().selectedOptions[0].text) : "");
  const shown = () => plain(document.querySelector(".pv-figures .pv-area")?.textContent ?? "");
  const slug = (name) => name.toLowerCase().replace(/[^a-z]+/g, "-");
  const address = (name) => location.pathname + (name ? `?area=${slug(name)}` : "");

  const linked = () => { // links of old name a borough
    const query = new URLSearchParams(location.search);
    return query.get("area") ?? query.get("borough");
  };

  function config() {
    const data = document.getElementById("jupyter-config-data");
    return data ? JSON.parse(data.textContent) : null;
  }

  function announce(text) {
    const status = document.querySelector(".pv-status");
    if (!status || status.textContent === text) return;
    if (status.textContent !== waitText) { // the kernel's words; by the picked name it is at work
      kept = status.innerHTML;
      if (picked() && plain(status.textContent).includes(picked())) {
        deadline = Math.max(deadline, Date.now() + WORK * 1000);
      }
    }
    status.textContent = waitText = text;
  }

  function settle() {
    if (!picker()) return;
    document.getElementById("loading")?.remove();
    const waiting = picked() !== shown();
    document.body.classList.toggle("pv-waiting", waiting);
    if (!waiting) {
      if (deadline || !settled) arrive();
    } else if (failed === picked()) {
      announce("These figures cannot be had at the moment. Try again in a minute.");
    } else {
      if (!deadline) {
        deadline = Date.now() + SILENCE * 1000;
        announce(picked() ? `Getting the figures of ${picked()} …` : "One moment …");
      } else {
        announce(waitText);
      }
    }
  }

  function arrive() {
    const name = shown();
    title ||= document.title;
    document.title = name ? `${name} – ${title}` : title;
    const here = location.pathname + location.search;
    const refused = !settled && !name && linked() !== null;
    if (here !== address(name) && !refused) {
      if (settled) history.pushState(null, "", address(name));
      else history.replaceState(null, "", address(name));
    }
    const status = document.querySelector(".pv-status");
    if (waitText && status?.textContent === waitText) status.innerHTML = kept; // picked back again
    settled = true;
    deadline = 0;
    waitText = "";
    failed = null;
  }

  async function inquire() {
    if (inquiring || !deadline) return;
    inquiring = true;
    try {
      const { baseUrl, kernelId } = config();
      const status = await fetch(`${baseUrl}api/kernels/${kernelId}`, {
        cache: "no-store", signal: AbortSignal.timeout(10000),
      }).then((answer) => answer.status, () => 0);
      if (!deadline) return;
      if (status === 404 || (status === 200 && Date.now() > deadline)) leave();
      else if (status !== 200) { // the server is down: its page can be had once it is back
        announce("The dashboard does not answer at the moment. Trying again …");
      }
    } finally {
      inquiring = false;
    }
  }

  function leave() {
    const name = picked(), again = new URLSearchParams(location.search).has("again");
    if (again && !settled) { // a fresh kernel could not do it either: no third one is tried
      failed = name;
      deadline = 0;
      waitText = "";
      settle();
    } else {
      location.assign(`${address(name)}${name ? "&" : "?"}again=1`);
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target !== picker()) return;
    deadline = 0;
    failed = null;
    settle();
    inquire();
  });
  window.addEventListener("popstate", () => {
    const select = picker(), wanted = linked() ?? "";
    if (!select) return;
    const found = [...select.options].findIndex((option) => slug(option.text) === wanted);
    if (select.selectedIndex === Math.max(0, found)) return;
    select.selectedIndex = Math.max(0, found);
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) inquire();
  });
  window.addEventListener("online", inquire);
  window.addEventListener("pagehide", () => {
    const known = config();
    if (known) navigator.sendBeacon(`${known.baseUrl}voila/api/shutdown/${known.kernelId}`);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // its kernel ended when it was left
  });
  new MutationObserver(settle).observe(document, {
    characterData: true, childList: true, subtree: true,
  });
  setInterval(() => {
    settle();
    inquire();
    const loading = document.getElementById("loading");
    if (loading && Date.now() - opened > START * 1000) {
      loading.textContent = "The dashboard could not be started. Reload the page to try again.";
    }
  }, 2000);
})();

/* What the pages of the suite do beside showing figures. */
"use strict";

/* Copies what an exhibit says, with its source and its address, where the browser lets a page copy.
 */
document.addEventListener("DOMContentLoaded", () => {
  if (!navigator.clipboard) return; // on an address without encryption there is none
  for (const row of document.querySelectorAll(".pv-files")) {
    const heading = document.getElementById(row.getAttribute("aria-labelledby"));
    if (!heading) continue; // a table has a name, and says no sentence
    const source = heading.parentElement.querySelector("figcaption");
    const link = row.querySelector("a");
    const item = document.createElement("li"), button = document.createElement("button");
    const said = document.createElement("span");
    button.type = "button";
    button.textContent = "Copy this sentence";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      const text = [heading, source].map((one) => one.textContent.trim().replace(/\.?$/, "."));
      try {
        await navigator.clipboard.writeText([...text, link.href].join(" "));
        said.textContent = " Copied, with its source and address.";
      } catch {
        said.textContent = " The browser does not let this page copy.";
      }
    });
    item.append(button, said);
    row.prepend(item);
  }
});

/* Leads to the page of the chosen area where no server does: in a copy of the dashboards. */
document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-to]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const slug = new FormData(form).get("area");
      location.href = slug ? form.dataset.to.replace("{}", slug) : form.action;
    });
  }
});

/* Puts the controls into the page when the reader asks for them, or the address holds some.
 *
 * They are a page of their own, which has a kernel: without this script the link leads to it.
 */
document.addEventListener("DOMContentLoaded", () => {
  const START = 60; // seconds for the controls
  const place = document.querySelector(".pv-controls"), link = place?.querySelector("a");
  if (!link) return;
  const said = place.querySelector("[role=status]");
  const names = place.dataset.dials.split(" ");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Start the controls";
  link.replaceWith(button);

  function start() {
    const source = new URL(link.href);
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (names.includes(name)) source.searchParams.set(name, value);
    }
    const frame = document.createElement("iframe");
    frame.title = place.dataset.title;
    let late = 0;
    const wait = () => {
      said.textContent = "The controls are getting ready …";
      clearTimeout(late);
      late = setTimeout(() => {
        said.textContent = "The controls could not be started. Reload the page to try again.";
      }, START * 1000);
    };
    const ready = () => {
      clearTimeout(late);
      said.textContent = "";
    };
    frame.addEventListener("load", () => {
      const page = frame.contentDocument; // nothing where the browser shows an error of its own
      if (page?.getElementById("rendered_cells")) return;
      ready(); // the server's answer says what is the matter
      if (page) frame.style.height = `${page.documentElement.scrollHeight}px`;
    });
    frame.addEventListener("pv-state", ({ detail: { height, query } }) => {
      frame.style.height = `${height}px`;
      if (query === null) return;
      ready();
      const here = location.pathname + (query ? `?${query}` : "");
      if (here !== location.pathname + location.search) {
        history.replaceState(null, "", here + location.hash);
      }
    });
    wait();
    frame.src = source.href;
    button.replaceWith(frame);
  }

  button.addEventListener("click", start);
  if (names.some((name) => new URLSearchParams(location.search).has(name))) start();
});

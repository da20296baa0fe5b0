// Tries what is written while it is written: the form is sent as its button sends it,
// and what comes back is put below. Without this script the button does.
"use strict";

(() => {
  const form = document.getElementById("try");
  const routes = document.getElementById("routes");
  const body = document.getElementById("body");
  const lines = document.getElementById("lines");
  const verdict = document.getElementById("verdict");
  const results = document.getElementById("results");
  const calm = 350; // ms after the last key
  let timer, asking;

  document.body.classList.add("scripted");

  // Numbers beside the lines; those with an error stand out.

  function number() {
    const wrong = new Set([...document.querySelectorAll("a[data-in=routes][data-wrong]")].map((a) => Number(a.dataset.line)));
    const n = routes.value.split("\n").length;
    const all = document.createDocumentFragment();
    for (let i = 1; i <= n; i++) {
      const line = wrong.has(i) ? document.createElement("b") : document.createTextNode(`${i}\n`);
      if (wrong.has(i)) {
        line.textContent = String(i);
        all.append(line, "\n");
      } else {
        all.append(line);
      }
    }
    lines.replaceChildren(all);
    lines.scrollTop = routes.scrollTop;
  }

  routes.addEventListener("scroll", () => (lines.scrollTop = routes.scrollTop));

  // Trying.

  function tell(text, kind) {
    verdict.className = `note ${kind}`;
    verdict.firstElementChild.textContent = text;
  }

  async function tryIt() {
    clearTimeout(timer);
    asking?.abort();
    const mine = (asking = new AbortController());
    results.classList.add("trying");
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/html" }, body: new URLSearchParams(new FormData(form)), signal: mine.signal });
      if (answer.status === 401) return location.reload();
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine.signal.aborted) return;
      if (!next.getElementById("results")) { // an error's page
        tell(next.querySelector("main p")?.textContent ?? answer.statusText, "bad");
        return;
      }
      put(next);
    } catch (e) {
      if (e.name !== "AbortError") tell("The relay cannot be reached.", "bad");
    } finally {
      if (asking === mine) results.classList.remove("trying");
    }
  }

  function put(next) {
    const open = [...results.querySelectorAll("details")].map((d) => d.open);
    results.replaceChildren(...document.importNode(next.getElementById("results"), true).childNodes);
    results.querySelectorAll("details").forEach((d, i) => (d.open = open[i] ?? false));
    document.getElementById("mistake").replaceChildren(...document.importNode(next.getElementById("mistake"), true).childNodes);
    const standing = document.getElementById("standing");
    const stands = next.getElementById("standing");
    if (standing.textContent !== stands.textContent) standing.replaceChildren(...document.importNode(stands, true).childNodes);
    document.getElementById("starts").replaceChildren(...document.importNode(next.getElementById("starts"), true).childNodes);
    writeTimes(document);
    document.getElementById("edited").hidden = next.getElementById("edited").hidden;
    for (const id of ["routes", "body"]) {
      const to = document.getElementById(id);
      if (next.getElementById(id).getAttribute("aria-invalid")) to.setAttribute("aria-invalid", "true");
      else to.removeAttribute("aria-invalid");
    }
    const was = document.getElementById("was");
    if (was && was.value !== next.getElementById("was").value) { // another sample was chosen
      was.value = next.getElementById("was").value;
      history.replaceState(null, "", `?${was.value}`); // which leads to this sample again
      body.value = next.getElementById("body").value;
    }
    const from = document.getElementById("from");
    const offered = next.getElementById("from");
    if (from && from.innerHTML !== offered.innerHTML) { // the file may have got another source
      from.replaceChildren(...document.importNode(offered, true).childNodes);
      from.value = offered.value;
    }
    const said = next.getElementById("verdict");
    if (verdict.textContent !== said.textContent) verdict.firstElementChild.textContent = said.textContent;
    verdict.className = said.className;
    number();
    document.dispatchEvent(new Event("looked"));
  }

  form.addEventListener("input", (e) => {
    if (e.target.id === "starter") return;
    if (e.target === routes) number();
    clearTimeout(timer);
    timer = setTimeout(tryIt, e.target.id === "from" ? 0 : calm);
  });
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    tryIt();
  });

  // Writing.

  let leaving = false; // the next Tab leaves

  routes.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      leaving = true;
      return;
    }
    if (e.key === "Tab" && !leaving && !e.shiftKey && !e.ctrlKey && !e.altKey && !e.metaKey) {
      e.preventDefault();
      // The old way is the one that can be undone.
      if (!document.execCommand("insertText", false, "  ")) routes.setRangeText("  ", routes.selectionStart, routes.selectionEnd, "end");
    }
    leaving = false;
  });
  form.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      tryIt();
    }
  });

  // A message to begin from: below the other ones, or where the file has it already.

  const starter = document.getElementById("starter");
  const inserted = document.getElementById("inserted");

  function write(at, text) {
    routes.focus();
    routes.setSelectionRange(at, at);
    if (!document.execCommand("insertText", false, text)) {
      routes.setRangeText(text, at, at, "end");
      routes.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function scrollTo(at) {
    const before = routes.value.slice(0, at).split("\n").length - 1;
    routes.scrollTop = Math.max(0, (before - 5) * parseFloat(getComputedStyle(routes).lineHeight));
    routes.scrollIntoView({ block: "center" });
  }

  document.getElementById("insert").addEventListener("click", () => {
    const kind = starter.value;
    const header = /^[ \t]*\[[^\n]*/gm; // of a table
    let place = routes.value.length, was = -1, inMessages = false;
    for (const found of routes.value.matchAll(header)) {
      const name = found[0].replace(/["'\s]/g, "").replace(/#.*/, "");
      if (inMessages) place = found.index;
      inMessages = name.startsWith("[messages.");
      if (inMessages) place = routes.value.length;
      if (name === `[messages.${kind}]`) was = found.index;
    }
    if (was >= 0) {
      inserted.textContent = `The file has [messages.${kind}] already: here it is.`;
      routes.focus();
      routes.setSelectionRange(was, was + `[messages.${kind}]`.length);
      return scrollTo(was);
    }
    const above = routes.value.slice(0, place);
    const gap = above === "" || above.endsWith("\n\n") ? "" : above.endsWith("\n") ? "\n" : "\n\n";
    write(place, gap + starter.selectedOptions[0].dataset.text + (place < routes.value.length ? "\n" : ""));
    inserted.textContent = `[messages.${kind}] is in the copy: change it as you like.`;
    scrollTo(place);
  });

  // From an error to its place.

  document.addEventListener("click", (e) => {
    const a = e.target.closest("a[data-line]");
    if (!a) return;
    e.preventDefault();
    const to = document.getElementById(a.dataset.in);
    const before = to.value.split("\n").slice(0, a.dataset.line - 1);
    const start = before.reduce((n, line) => n + line.length + 1, 0);
    const line = to.value.slice(start).split("\n", 1)[0];
    const at = start + [...line].slice(0, a.dataset.column - 1).join("").length; // columns are characters
    to.focus();
    to.setSelectionRange(at, start + line.length);
    to.scrollTop = Math.max(0, (before.length - 5) * parseFloat(getComputedStyle(to).lineHeight));
    to.scrollLeft = 0;
    to.scrollIntoView({ block: "center" });
  });

  // The file may have changed while another window was looked at.
  document.addEventListener("visibilitychange", () => document.hidden || tryIt());

  number();
  if (routes.value !== routes.defaultValue || body.value !== body.defaultValue) tryIt(); // a browser has kept what was written
})();

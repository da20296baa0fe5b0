// What every page does in a browser: it tells times in the reader's zone, and
// follows what happens. The server renders everything; when it says that something
// has changed, the page is asked for once more, and what differs is put in place.
"use strict";

const root = document.body.dataset.root;
const state = document.getElementById("state");

// Times.

const clock = { hour: "2-digit", minute: "2-digit" };
const exact = { weekday: "short", year: "numeric", month: "short", day: "numeric", ...clock, second: "2-digit", timeZoneName: "short" };

function ago(at) {
  const s = Math.max(0, Math.round((Date.now() - at) / 1000));
  if (s < 60) return `${s}s ago`;
  if (s < 3600) return `${Math.floor(s / 60)}m ago`;
  if (s < 2 * 86400) return `${Math.floor(s / 3600)}h ago`;
  return `${Math.floor(s / 86400)}d ago`;
}

function until(at) {
  const s = Math.round((at - Date.now()) / 1000);
  if (s <= 0) return "now";
  if (s < 60) return `in ${s}s`;
  if (s < 3600) return `in ${Math.floor(s / 60)}m ${s % 60}s`;
  return `in ${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`;
}

function short(at) {
  const now = new Date();
  if (at.toDateString() === now.toDateString()) return at.toLocaleTimeString([], clock);
  if (at.getFullYear() === now.getFullYear()) return at.toLocaleString([], { month: "short", day: "numeric", ...clock });
  return at.toLocaleDateString([], { year: "numeric", month: "short", day: "numeric" });
}

function writeTimes(within, which = "time[data-as]") {
  for (const e of within.querySelectorAll(which)) {
    const at = new Date(e.dateTime);
    const text = { ago: () => ago(at), in: () => until(at), short: () => short(at), exact: () => at.toLocaleString([], exact), clock: () => at.toLocaleTimeString([], clock), day: () => at.toLocaleDateString([], { weekday: "short", day: "numeric" }) }[e.dataset.as]();
    const title = `${at.toLocaleString([], exact)} · ${e.dateTime}`;
    if (e.textContent !== text) e.textContent = text;
    if (e.title !== title) e.title = title;
  }
}

// Putting a page in place of its former self. Elements with an id stay themselves,
// so that the focus, what is open and what is being read stay where they are; those
// with data-keep are the reader's.

function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  if (from.hasAttribute("data-keep")) return;
  if (from.nodeName === "TIME" && from.dateTime === to.dateTime) return;
  for (const a of [...from.attributes]) {
    if (!to.hasAttribute(a.name) && a.name !== "open" && a.name !== "class") from.removeAttribute(a.name);
  }
  for (const a of to.attributes) {
    if (from.getAttribute(a.name) !== a.value && a.name !== "open") from.setAttribute(a.name, a.value);
  }
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(from.nodeName)) return;
  morphChildren(from, to);
}

function alike(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");
}

function morphChildren(from, to) {
  let at = from.firstChild;
  for (const child of [...to.childNodes]) {
    const same = child.id ? [...from.children].find((e) => e.id === child.id && e.nodeName === child.nodeName) : at && alike(at, child) ? at : null;
    if (!same) {
      const added = document.importNode(child, true);
      if (child.id && added.classList) added.classList.add("fresh");
      from.insertBefore(added, at);
      continue;
    }
    if (same === at) at = at.nextSibling;
    else from.insertBefore(same, at);
    morph(same, child);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

// Following what happens.

const pause = 1000; // between two looks, in ms
let stream, retry, looking = false, again = false, lost = false;

function say(text, isLost) {
  lost = isLost;
  document.body.classList.toggle("lost", isLost);
  state.hidden = false;
  if (state.textContent !== text) state.textContent = text;
}

async function look() {
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (answer.status === 401 || answer.status === 404) return location.reload(); // to sign in again, or what it was about is kept no longer
    if (!answer.ok) throw new Error(answer.statusText);
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["tabs", "main"]) morph(document.getElementById(id), next.getElementById(id));
    document.title = next.title;
    writeTimes(document);
    document.dispatchEvent(new Event("looked"));
    if (stream?.readyState === EventSource.OPEN) say("live", false);
  } catch {
    say("lost touch, trying again", true);
    clearTimeout(retry);
    retry = setTimeout(() => document.hidden || look(), 5 * pause);
  }
  setTimeout(() => {
    looking = false;
    if (again) {
      again = false;
      look();
    }
  }, pause);
}

function follow() {
  if (stream || document.hidden) return;
  stream = new EventSource(`${root}live`);
  stream.addEventListener("changed", look);
  stream.onopen = () => {
    if (lost) look();
    else say("live", false);
  };
  stream.onerror = () => {
    say("lost touch, trying again", true);
    if (stream.readyState !== EventSource.CLOSED) return; // the browser connects again
    stream = null;
    setTimeout(() => {
      look(); // it tells whether one has to sign in again
      follow();
    }, 3 * pause);
  };
}

function leave() {
  stream?.close();
  stream = null;
}

writeTimes(document);
setInterval(() => writeTimes(document), 10000);
setInterval(() => writeTimes(document, "time[data-as=in]"), 1000);
if ("live" in document.body.dataset) {
  follow();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return leave(); // a browser has few connections to one host
    follow();
    look();
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (e) => e.persisted && follow());
}

// A browser may keep a page as it was for its back button, also if the reader has
// signed out since.
addEventListener("pageshow", async (e) => {
  if (!e.persisted) return;
  document.body.hidden = true;
  const answer = await fetch(location.href, { method: "HEAD", headers: { Accept: "text/html" }, credentials: "same-origin" }).catch(() => null);
  if (answer?.status === 401) location.replace(`${root}login`);
  else document.body.hidden = false;
});

document.addEventListener("keydown", (e) => {
  const keys = document.querySelector(".keys");
  if (e.key !== "/" || !keys || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, [contenteditable]")) return;
  e.preventDefault();
  const search = document.getElementById("search");
  if (search) search.focus();
  else location.href = keys.href;
});
document.addEventListener("click", async (e) => {
  const button = e.target.closest("button[data-copy], button[data-copy-of]"); // a text, or what is written in a field
  if (!button) return;
  const text = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? document.getElementById(button.dataset.copyOf).value);
    button.textContent = "Copied";
  } catch { // a browser has none for a page that came by plain HTTP from elsewhere
    button.textContent = "Copy it by hand";
  }
  setTimeout(() => (button.textContent = text), 1500);
});

// What the pages of events do beside what every page does: a form asks for no more
// than was filled in, and in the reader's zone; and a message is shown in its place.
"use strict";

const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;

{
  const form = document.getElementById("asking");
  const zone = form?.elements.zone;
  if (zone && mine && !("chosen" in zone.dataset) && !form.elements.from.value && !form.elements.to.value) {
    zone.value = mine;
    for (const e of form.querySelectorAll(".zone")) e.textContent = mine;
  }
  form?.addEventListener("submit", () => {
    const asks = form.elements;
    const bare = !asks.from.value && !asks.to.value && !/day$/.test(asks.time.value);
    const empty = [...asks].filter((e) => e.name && (!e.value || (e === zone && bare)));
    for (const e of empty) e.disabled = true;
    setTimeout(() => empty.forEach((e) => (e.disabled = false)));
  });
}

// From another page the key leads here.
function toSearch() {
  if (location.hash === "#search") document.getElementById("search")?.focus();
}
toSearch();
addEventListener("hashchange", toSearch);

// A link to today is one to the reader's today, also for whom it is sent on to.
function ownDays() {
  for (const link of mine ? document.querySelectorAll("a[data-zoned]") : []) {
    const to = new URL(link.href);
    if (link.ariaCurrent || to.searchParams.has("zone")) continue;
    to.searchParams.set("zone", mine);
    link.href = to;
  }
}
ownDays();
document.addEventListener("looked", ownDays);

// show puts the message of a page below a heading that was opened.
async function show(details) {
  const place = details.querySelector("p");
  try {
    const answer = await fetch(details.dataset.look, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const look = page.getElementById("look");
    if (!look) throw new Error(page.querySelector("main")?.textContent.trim() || answer.statusText);
    for (const template of look.querySelectorAll("template")) {
      for (const e of template.content.querySelectorAll("link")) e.setAttribute("href", new URL(e.getAttribute("href"), answer.url).href);
    }
    look.removeAttribute("id");
    place.replaceWith(document.adoptNode(look));
    attachLooks();
  } catch (e) {
    place.textContent = `It cannot be shown: ${e.message}`;
  }
}
addEventListener("toggle", (e) => {
  if (!e.target.open || !e.target.dataset.look || e.target.dataset.shown) return;
  e.target.dataset.shown = "yes";
  show(e.target);
}, true);

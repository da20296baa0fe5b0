// Tells what was in a column of the plot while the pointer is on it, in the reader's
// zone. The table below the plot says the same.
"use strict";

const ofDay = { hour: "2-digit", minute: "2-digit" };

function during(slot) {
  const from = new Date(slot.dataset.from);
  const day = from.toLocaleDateString([], { weekday: "short", month: "short", day: "numeric" });
  return `${day}, ${from.toLocaleTimeString([], ofDay)}–${new Date(slot.dataset.to).toLocaleTimeString([], ofDay)}`;
}

// What a browser shows late by itself, the page shows at once.
function dropTitles() {
  for (const title of document.querySelectorAll(".slot > title")) title.remove();
}

dropTitles();
document.addEventListener("looked", dropTitles);

// Time goes on, also while nothing happens.
setInterval(() => document.hidden || look(), 60 * 1000);

function tell(e) {
  const readout = document.getElementById("readout");
  if (!readout) return;
  const slot = e.target.closest?.(".slot");
  readout.hidden = !slot;
  if (!slot) return;
  readout.textContent = `${during(slot)} · ${slot.dataset.said}`;
  const all = slot.parentNode.getBoundingClientRect();
  readout.classList.toggle("right", e.clientX < all.left + all.width / 2);
}

document.addEventListener("pointermove", tell);
document.addEventListener("pointerdown", tell); // a finger does not move

// Shows which ways belong to the box under the pointer: where its events come from
// and where they go.
"use strict";

let chosen;

// reach adds what is reached from a box by the ways that begin or end there.
function reach(lines, end, box, boxes) {
  const other = end === "from" ? "to" : "from";
  for (const line of lines.filter((l) => l.dataset[end] === box)) {
    line.classList.add("on");
    if (boxes.has(line.dataset[other])) continue;
    boxes.add(line.dataset[other]);
    reach(lines, end, line.dataset[other], boxes);
  }
}

function show() {
  const svg = document.querySelector(".picture svg");
  if (!svg) return;
  for (const on of svg.querySelectorAll(".on")) on.classList.remove("on");
  svg.classList.toggle("chosen", Boolean(chosen));
  if (!chosen) return;
  const boxes = new Set([chosen]);
  const lines = [...svg.querySelectorAll(".lines path")];
  reach(lines, "from", chosen, boxes);
  reach(lines, "to", chosen, boxes);
  for (const b of svg.querySelectorAll("[data-box]")) b.classList.toggle("on", boxes.has(b.dataset.box));
}

document.addEventListener("mouseover", (e) => {
  const box = e.target.closest?.("[data-box]")?.dataset.box;
  if (box === chosen) return;
  chosen = box;
  show();
});
document.addEventListener("looked", show);

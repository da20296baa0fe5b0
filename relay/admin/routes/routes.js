// Shows which ways belong to the box under the pointer, or to the one that has the
// focus: where its events come from and where they go; and says all of it in words.
"use strict";

const told = document.getElementById("told");
const untold = told.textContent;
let over, focused, touched;

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
  const chosen = over ?? focused;
  for (const svg of document.querySelectorAll(".picture svg")) {
    for (const on of svg.querySelectorAll(".on")) on.classList.remove("on");
    svg.classList.toggle("chosen", Boolean(chosen));
    if (!chosen) continue;
    const boxes = new Set([chosen]);
    const lines = [...svg.querySelectorAll(".lines path")];
    reach(lines, "from", chosen, boxes);
    reach(lines, "to", chosen, boxes);
    for (const b of svg.querySelectorAll("[data-box]")) b.classList.toggle("on", boxes.has(b.dataset.box));
  }
  const box = chosen && document.querySelector(`.picture [data-box="${CSS.escape(chosen)}"]`);
  const text = box ? box.getAttribute("aria-label") : untold;
  if (told.textContent !== text) told.textContent = text;
  told.classList.toggle("on", Boolean(box));
}

const boxOf = (e) => e.target.closest?.("[data-box]")?.dataset.box;

document.addEventListener("mouseover", (e) => {
  if (touched || boxOf(e) === over) return;
  over = boxOf(e);
  show();
});
document.addEventListener("focusin", (e) => {
  focused = boxOf(e);
  show();
});
document.addEventListener("focusout", () => {
  focused = undefined;
  show();
});

// A finger cannot point: it chooses a box first, and follows its link the second time.
document.addEventListener("pointerdown", (e) => (touched = e.pointerType === "touch"));
document.addEventListener("click", (e) => {
  const box = boxOf(e);
  if (!touched || box === over) return;
  if (box) e.preventDefault();
  over = box;
  show();
});
document.addEventListener("looked", show);

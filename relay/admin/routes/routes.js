// Shows which ways belong to the box under the pointer: where its events come from
// and where they go.
"use strict";

document.addEventListener("mouseover", (e) => {
  const svg = document.querySelector(".picture svg");
  if (!svg) return;
  const chosen = e.target.closest?.("[data-box]")?.dataset.box;
  svg.classList.toggle("chosen", Boolean(chosen));
  for (const on of svg.querySelectorAll(".on")) on.classList.remove("on");
  if (!chosen) return;
  const boxes = new Set([chosen]);
  const lines = [...svg.querySelectorAll(".lines path")];
  const add = (at, next) => {
    for (const l of lines.filter((l) => l.dataset[at === "from" ? "from" : "to"] === next)) {
      l.classList.add("on");
      const other = l.dataset[at === "from" ? "to" : "from"];
      if (!boxes.has(other)) boxes.add(other), add(at, other);
    }
  };
  add("from", chosen);
  add("to", chosen);
  for (const b of svg.querySelectorAll("[data-box]")) b.classList.toggle("on", boxes.has(b.dataset.box));
});

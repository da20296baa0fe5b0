// Puts messages into shadow roots that came to the page after it was parsed, or have
// changed since: a parser that reads a part of a page leaves them in their templates.
"use strict";

function attachLooks() {
  for (const inside of document.querySelectorAll(".app > template[shadowrootmode]")) {
    const app = inside.parentElement;
    const shadow = app.shadowRoot ?? app.attachShadow({ mode: "open" });
    const next = document.createElement("div");
    next.append(inside.content);
    inside.remove();
    if (shadow.innerHTML === next.innerHTML) continue;
    shadow.replaceChildren(...next.childNodes);
  }
}

attachLooks();
document.addEventListener("looked", attachLooks);

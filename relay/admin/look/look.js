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

// What the API is told can be long, so it stands on the page once: the button copies it
// from there.
document.body.classList.add("scripted-looks");
document.addEventListener("click", async (e) => {
  const button = e.target.closest(".copies");
  if (!button) return;
  const body = button.closest(".payload").querySelector("pre");
  const text = button.textContent;
  try {
    await navigator.clipboard.writeText(body.textContent);
    button.textContent = "Copied";
  } catch { // a browser has no clipboard for a page that came by plain HTTP from elsewhere
    getSelection().selectAllChildren(body);
    button.textContent = "Marked: copy it by hand";
  }
  setTimeout(() => (button.textContent = text), 1500);
});

attachLooks();
document.addEventListener("looked", attachLooks);

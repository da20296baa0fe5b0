// Shows messages as they arrive. The server renders them; this script only puts
// them where they belong, keeps the newest in sight, and says when the
// connection is gone.
"use strict";

const maxShown = 500; // of one channel; older ones leave the page
const state = document.getElementById("state");
const count = document.getElementById("count");
const unit = document.getElementById("unit");
let last = document.body.dataset.last;
let source;

function setCount(n) {
  count.textContent = n;
  unit.textContent = n === 1 ? "message" : "messages";
  document.title = `(${n}) botrelay sandbox`;
}

function setState(text, lost) {
  if (state.textContent !== text) state.textContent = text;
  document.body.classList.toggle("lost", lost);
}

function atEnd(scroll) {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

function newGroup(event) {
  const section = document.createElement("section");
  section.className = "group";
  section.id = event.group;
  const name = document.createElement("h3");
  name.id = `${event.group}-name`;
  name.textContent = event.label;
  section.setAttribute("aria-labelledby", name.id);
  const messages = document.createElement("div");
  messages.className = "messages";
  section.append(name, messages);
  return section;
}

function show(event) {
  const pane = document.querySelector(`.pane[data-platform="${event.platform}"]`);
  const scroll = pane.querySelector(".scroll");
  let group = document.getElementById(event.group);
  const isLast = !group || group === scroll.lastElementChild;
  const follow = isLast ? atEnd(scroll) : endInSight(scroll, group);
  if (!group) {
    scroll.querySelector(".nothing")?.remove();
    group = newGroup(event);
    scroll.append(group);
  }
  const messages = group.querySelector(".messages");
  const parsed = document.createElement("template");
  parsed.innerHTML = event.html;
  for (const message of [...parsed.content.children]) {
    if (document.getElementById(message.id)) continue;
    message.classList.add("new");
    if (!answer(message)) messages.append(message);
  }
  const message = messages.lastElementChild;
  while (messages.children.length > maxShown) messages.firstElementChild.remove();
  if (follow) {
    if (isLast) scroll.scrollTop = scroll.scrollHeight;
    else message.scrollIntoView({ block: "nearest" });
  }
}

// answer puts a reply into its thread, and tells whether there is one.
function answer(message) {
  const thread = document.getElementById(message.dataset.thread)?.querySelector("details.thread");
  if (!thread) return false;
  const answers = thread.querySelector(".answers");
  answers.append(message);
  const n = answers.children.length;
  thread.querySelector("summary").textContent = n === 1 ? "1 reply" : `${n} replies`;
  thread.hidden = false;
  return true;
}

// endInSight tells whether the last message of a channel is being looked at.
function endInSight(scroll, group) {
  const end = group.getBoundingClientRect().bottom;
  const frame = scroll.getBoundingClientRect();
  return end > frame.top && end < frame.bottom + 80;
}

function connect() {
  source = new EventSource(`live?after=${encodeURIComponent(last)}`);
  source.onopen = () => setState("live", false);
  source.onmessage = (e) => {
    const event = JSON.parse(e.data);
    last = e.lastEventId;
    show(event);
    setCount(event.arrived);
  };
  source.addEventListener("reload", () => {
    source.close();
    location.reload();
  });
  source.onerror = () => {
    setState("connection lost, trying again…", true);
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
}

for (const scroll of document.querySelectorAll(".scroll")) scroll.scrollTop = scroll.scrollHeight;
connect();
addEventListener("pagehide", () => source.close());

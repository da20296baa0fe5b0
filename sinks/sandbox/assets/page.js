// Shows messages as they arrive, and drops those that are deleted. The server
// renders them; this script puts them where they belong, writes times in the
// reader's own zone, keeps the newest in sight, and says when the connection is
// gone. What it does with days and times, arrange.go does for a page without
// script: what is changed in one is to be changed in the other.
"use strict";

const maxShown = 500; // of one channel; older ones leave the page
const soon = { slack: 5, discord: 7, telegram: 15 }; // minutes that one author's messages stand together
const state = document.getElementById("state");
const count = document.getElementById("count");
const unit = document.getElementById("unit");
let last = document.body.dataset.last;
let source;

const pad = (n) => String(n).padStart(2, "0");
const dayOf = (at) => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
const month = (at) => at.toLocaleDateString("en", { month: "long" });
const dayBefore = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate() - 1);

function ordinal(n) {
  if (Math.floor(n / 10) === 1) return `${n}th`;
  return n + (["th", "st", "nd", "rd"][n % 10] ?? "th");
}

// dayName is what an app calls the day of a time.
function dayName(platform, at, now) {
  const year = at.getFullYear() === now.getFullYear() ? "" : `, ${at.getFullYear()}`;
  if (platform === "discord") return `${at.getDate()} ${month(at)} ${at.getFullYear()}`;
  if (dayOf(at) === dayOf(now)) return "Today";
  if (platform === "telegram") return `${month(at)} ${at.getDate()}${year}`;
  if (dayOf(at) === dayOf(dayBefore(now))) return "Yesterday";
  return `${at.toLocaleDateString("en", { weekday: "long" })}, ${month(at)} ${ordinal(at.getDate())}${year}`;
}

// clock writes a time as an app does in one of its places.
function clock(as, at, now) {
  const long = `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  const short = `${at.getHours() % 12 || 12}:${pad(at.getMinutes())}`;
  const twelve = `${short} ${at.getHours() < 12 ? "AM" : "PM"}`;
  const today = dayOf(at) === dayOf(now);
  const yesterday = dayOf(at) === dayOf(dayBefore(now));
  switch (as) {
    case "slack": return twelve;
    case "slack-side": return short;
    case "slack-last":
      if (today) return `today at ${twelve}`;
      if (yesterday) return `yesterday at ${twelve}`;
      return `on ${month(at)} ${at.getDate()} at ${twelve}`;
    case "discord":
      if (today) return `Today at ${long}`;
      if (yesterday) return `Yesterday at ${long}`;
      return `${pad(at.getDate())}/${pad(at.getMonth() + 1)}/${at.getFullYear()}, ${long}`;
  }
  return long;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text; // what has not changed is not read out again
}

// tellTimes writes the times within an element.
function tellTimes(within) {
  const now = new Date();
  for (const time of within.querySelectorAll("time[data-as]")) {
    const at = new Date(time.dateTime);
    write(time, clock(time.dataset.as, at, now));
    time.title = at.toLocaleString();
  }
}

// fold gives a long quote that Telegram folds a button to open it.
function fold(within) {
  for (const quote of within.querySelectorAll("blockquote.expandable")) {
    if (quote.querySelector(".more") || quote.scrollHeight <= quote.clientHeight + 2) continue;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "more";
    more.setAttribute("aria-label", "The whole quote");
    more.setAttribute("aria-expanded", "false");
    more.addEventListener("click", () => more.setAttribute("aria-expanded", String(quote.classList.toggle("open"))));
    quote.append(more);
  }
}

// settle groups a message with the one before it, as the app does.
function settle(message) {
  let before = message.previousElementSibling;
  let day;
  if (before?.matches(".day")) {
    day = before;
    before = day.previousElementSibling;
  }
  const platform = message.closest(".pane").dataset.platform;
  const at = new Date(message.dataset.at);
  const earlier = before && new Date(before.dataset.at);
  const newDay = !before || dayOf(at) !== dayOf(earlier);
  if (newDay && !message.matches(".answer")) {
    if (!day) {
      day = document.createElement("div");
      day.className = "day";
      day.append(document.createElement("span"));
      message.before(day);
    }
    write(day.firstElementChild, dayName(platform, at, new Date()));
  } else {
    day?.remove();
  }
  const quotes = message.dataset.answers && platform !== "telegram";
  const close = !newDay && at - earlier < soon[platform] * 60_000 && message.dataset.author === before.dataset.author;
  message.classList.toggle("follow", close && !quotes && !message.matches(".gone") && !before.matches(".gone"));
}

function settleAll() {
  for (const message of document.querySelectorAll(".message")) settle(message);
  tellTimes(document);
}

// drop takes a message off the page.
function drop(message) {
  const before = message.previousElementSibling;
  const next = message.nextElementSibling;
  message.remove();
  if (!next?.matches(".message")) {
    if (before?.matches(".day")) before.remove();
    return;
  }
  settle(next);
}

function setCount(n) {
  write(count, String(n));
  write(unit, n === 1 ? "message" : "messages");
  document.title = n > 0 ? `(${n}) botrelay sandbox` : "botrelay sandbox";
}

function setState(text, lost) {
  write(state, text);
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
    tellTimes(message);
    message.classList.add("new");
    if (!answer(message)) messages.append(message);
    settle(message);
    fold(message);
  }
  const message = messages.lastElementChild;
  while (messages.querySelectorAll(":scope > .message").length > maxShown) drop(messages.querySelector(".message"));
  if (follow) {
    if (isLast) scroll.scrollTop = scroll.scrollHeight;
    else message?.scrollIntoView({ block: "nearest" });
  }
}

// answer puts a reply into its thread, and tells whether there is one.
function answer(message) {
  const thread = document.getElementById(message.dataset.thread)?.querySelector("details.thread");
  if (!thread) return false;
  thread.querySelector(".answers").append(message);
  countReplies(thread);
  return true;
}

// countReplies says below a message how many replies its thread has.
function countReplies(thread) {
  const answers = thread.querySelector(".answers").children;
  const n = answers.length;
  thread.hidden = n === 0;
  if (n === 0) return;
  write(thread.querySelector(".replies"), n === 1 ? "1 reply" : `${n} replies`);
  thread.querySelector(".last time").dateTime = answers[n - 1].dataset.at;
  tellTimes(thread.querySelector("summary"));
}

// forget takes a deleted message off the page. Below it a thread may go on, and
// what quotes it says that it is gone.
function forget(event) {
  const reply = document.getElementById(`${event.gone}-thread`);
  const thread = reply?.closest("details.thread");
  if (reply) drop(reply);
  if (thread) countReplies(thread);
  for (const quoting of document.querySelectorAll(`[data-answers="${event.gone}"] .quoted`)) write(quoting, event.quoted);

  const message = document.getElementById(event.gone);
  if (!message) return;
  if (!message.matches(".gone") && message.querySelector(".thread .answers > *")) {
    message.classList.add("gone");
    const row = document.createElement("template");
    row.innerHTML = '<div class="row"><div class="side"><span class="bin" aria-hidden="true"></span></div><p class="said"></p></div>';
    row.content.querySelector("p").textContent = event.quoted;
    message.querySelector(":scope > .row").replaceWith(row.content);
    message.querySelector(":scope > .raw").remove();
    settle(message);
    if (message.nextElementSibling?.matches(".message")) settle(message.nextElementSibling);
    return;
  }
  const group = message.closest(".group");
  drop(message);
  if (!group.querySelector(".message")) group.remove();
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
    if (event.gone) forget(event);
    else show(event);
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

settleAll();
fold(document);
for (const scroll of document.querySelectorAll(".scroll")) scroll.scrollTop = scroll.scrollHeight;
connect();
addEventListener("pagehide", () => source.close());

let today = dayOf(new Date());
setInterval(() => {
  if (today === dayOf(new Date())) return;
  today = dayOf(new Date()); // what was today is yesterday
  settleAll();
}, 20_000);

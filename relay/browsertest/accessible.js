// Returns what on this page keeps people out who cannot see it, or not well, or who
// have no mouse: an empty list, or a line for each fault. The rules are WCAG 2.2's:
// 1.1.1 and 4.1.2 (names), 1.3.1 (structure), 1.4.3 (contrast), 2.4.1 to 2.4.7
// (finding one's way), 3.1.1 (language).
(() => {
  const faults = [];
  const where = (e) => `<${e.nodeName.toLowerCase()}${e.id ? "#" + e.id : ""}${e.className?.baseVal === undefined && e.className ? "." + e.className : ""}> ${(e.textContent ?? "").trim().slice(0, 40)}`;
  const shown = (e) => e.checkVisibility({ opacityProperty: false, visibilityProperty: true }) && !e.closest("[aria-hidden=true]");
  const nameOf = (e) => {
    const by = (e.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const label = e.labels?.length ? [...e.labels].map((l) => l.textContent).join(" ") : "";
    const images = [...(e.querySelectorAll?.("img[alt], svg[aria-label]") ?? [])].map((i) => i.getAttribute("alt") ?? i.getAttribute("aria-label")).join(" ");
    return (by || e.getAttribute("aria-label") || label || (/^(INPUT|SELECT|TEXTAREA)$/.test(e.nodeName) ? "" : e.textContent + images) || e.getAttribute("title") || "").trim();
  };

  if (!document.documentElement.lang) faults.push("the page has no language");
  if (!document.title.trim()) faults.push("the page has no title");
  if (document.querySelectorAll("main").length !== 1) faults.push("there is not one main part");
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown);
  if (headings.filter((h) => h.nodeName === "H1").length !== 1) faults.push(`there are ${headings.filter((h) => h.nodeName === "H1").length} headings of the page`);
  headings.reduce((last, h) => {
    const level = Number(h.nodeName[1]);
    if (level > last + 1) faults.push(`a heading skips a level: ${where(h)}`);
    if (!h.textContent.trim()) faults.push(`an empty heading: ${where(h)}`);
    return level;
  }, 0);
  const ids = new Set();
  for (const e of document.querySelectorAll("[id]")) {
    if (ids.has(e.id)) faults.push(`two elements have the id ${e.id}`);
    ids.add(e.id);
  }
  for (const e of document.querySelectorAll("[aria-labelledby], [aria-describedby], label[for]")) {
    for (const name of ["aria-labelledby", "aria-describedby", "for"]) {
      for (const id of (e.getAttribute(name) ?? "").split(/\s+/).filter(Boolean)) {
        if (!ids.has(id)) faults.push(`${name} names ${id}, which is not there: ${where(e)}`);
      }
    }
  }
  for (const e of document.querySelectorAll("img:not([alt]), svg[role=img]:not([aria-label], [aria-labelledby]), iframe:not([title])")) faults.push(`nothing says what this shows: ${where(e)}`);
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [tabindex='0']")) {
    if (shown(e) && !nameOf(e)) faults.push(`it has no name: ${where(e)}`);
    if (e.tabIndex > 0) faults.push(`it changes the order of the keyboard: ${where(e)}`);
  }
  for (const e of document.querySelectorAll("table")) {
    if (shown(e) && !e.querySelector("th")) faults.push(`a table without heads: ${where(e)}`);
  }
  for (const e of document.querySelectorAll("dl > :not(dt, dd, div), ul > :not(li), ol > :not(li)")) faults.push(`it does not belong into a list: ${where(e)}`);
  for (const e of document.querySelectorAll("*")) {
    const { overflowX, overflowY } = getComputedStyle(e);
    const scrolls = /auto|scroll/.test(overflowX) && e.scrollWidth > e.clientWidth + 1 || /auto|scroll/.test(overflowY) && e.scrollHeight > e.clientHeight + 1;
    if (scrolls && e !== document.documentElement && e !== document.body && !/^(TEXTAREA|SELECT)$/.test(e.nodeName) && e.tabIndex < 0 && !e.querySelector("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
      faults.push(`the keyboard cannot scroll it: ${where(e)}`);
    }
  }

  // Contrast, of text with what is behind it. What has a picture behind it is left out.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => [0, 1, 2].map((i) => c[i] / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const color = rgba(style.backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    const base = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reverse().reduce((below, top) => over(top, below), base);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  for (let t = texts.nextNode(); t; t = texts.nextNode()) {
    const e = t.parentElement;
    if (!t.nodeValue.trim() || !shown(e) || e.closest("svg, script, style, :disabled, .aloud, option")) continue;
    const style = getComputedStyle(e);
    const back = behind(e);
    if (!back) continue;
    let ink = rgba(style.color);
    for (let at = e; at; at = at.parentElement) ink[3] *= Number(getComputedStyle(at).opacity);
    ink = over(ink, back);
    const [a, b] = [light(ink), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const fault = `contrast ${ratio.toFixed(2)}, wanted ${wanted}: ${where(e)}`;
    if (ratio < wanted - 0.005 && !told.has(fault)) faults.push(fault), told.add(fault);
  }
  return faults;
})()

// Returns what is wrong with the page for people who do not see it, or not well.
// Contrast is that of WCAG 2.1, 4.5 to 1 for text (3 to 1 if large), against the
// nearest backgrounds; a gradient counts by its stops.
(() => {
  const faults = [];
  const name = (e) => e.getAttribute("aria-label") || (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("") || e.textContent.trim();
  for (const e of document.querySelectorAll("a, button, summary, [tabindex], [role=log], main section, article")) if (!name(e)) faults.push("no name: " + e.outerHTML.slice(0, 120));
  let level = 0;
  for (const h of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (h.closest(".message")) continue; // a message's own headings are its author's
    const n = Number(h.tagName[1]);
    if (n > level + 1) faults.push("a heading " + n + " after " + level);
    level = n;
  }
  if (document.querySelectorAll("h1").length !== 1 || !document.documentElement.lang) faults.push("no h1, or no language");
  const parse = (s) => [...s.matchAll(/rgba?\(([^)]+)\)/g)].map((m) => m[1].split(/[ ,\/]+/).map(Number)).map(([r, g, b, a = 1]) => [r, g, b, a]);
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const backgrounds = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const stops = style.backgroundImage.includes("gradient") ? parse(style.backgroundImage).filter((c) => c[3] > 0) : [];
      const color = parse(style.backgroundColor)[0];
      const here = stops.length ? stops : color[3] > 0 ? [color] : [];
      if (!here.length) continue;
      layers.push(here);
      if (here.every((c) => c[3] === 1)) break;
    }
    return layers.reverse().reduce((under, layer) => under.flatMap((u) => layer.map((l) => over(l, u))), [[255, 255, 255, 1]]);
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || !e.checkVisibility({ visibilityProperty: true }) || e.closest(".spoiler, .symbols")) continue;
    const style = getComputedStyle(e);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    for (const ground of backgrounds(e)) {
      const ink = over(parse(style.color)[0], ground);
      const [a, b] = [light(ink), light(ground)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const what = e.tagName + "." + e.className + " in " + e.parentElement.className + " of " + (e.closest(".pane")?.dataset.platform ?? "the page");
      if (ratio >= least || seen.has(what)) continue;
      seen.add(what);
      faults.push("contrast " + ratio.toFixed(2) + " of " + what + ": " + style.color + " on " + ground.slice(0, 3).map(Math.round));
    }
  }
  return faults;
})()

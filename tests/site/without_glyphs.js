// Glyphs of formulas are most elements of a page, hidden from assistive technology, and have the
// colour of their line: in their place stands a box as large, so that axe takes seconds, not minutes.
for (const formula of document.querySelectorAll("mjx-container")) {
  const glyphs = formula.querySelector("mjx-math");
  const { width: seen, height } = glyphs.getBoundingClientRect();
  // Of a formula that scrolls, most is hidden.
  const width = formula.hasAttribute("display") ? Math.max(seen, formula.scrollWidth) : seen;
  Object.assign(glyphs.style, { display: "inline-block", width: `${width}px`, height: `${height}px` });
  glyphs.replaceChildren();
  formula.querySelector("mjx-assistive-mml")?.replaceChildren();
}

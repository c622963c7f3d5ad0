// Whoever has no mouse scrolls what has the focus: formulas and figures wider than the screen get it,
// those that fit do not, or every formula were a stop on the way.
(() => {
  const NAMES = {
    "mjx-container[display='true']": "Formula",
    ".bd-article figure": "Figure",
    ".pst-scrollable-table-container": "Table",
    "span.math.too-wide": "Formula",
  };
  // A formula in a line scrolls only where it is wider than what it stands in.
  const narrow = () => {
    for (const formula of document.querySelectorAll("span.math")) {
      formula.classList.remove("too-wide");
      const room = formula.closest("p, li, dd, td, th, div")?.clientWidth ?? 0;
      formula.classList.toggle("too-wide", room > 0 && formula.offsetWidth > room);
    }
  };
  const name = (element, label) => {
    const scrolls = element.scrollWidth > element.clientWidth + 1;
    if (scrolls) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
    if (element.tagName !== "FIGURE")
      for (const [key, value] of [["role", "group"], ["aria-label", label]])
        scrolls ? element.setAttribute(key, value) : element.removeAttribute(key);
  };
  const look = () => {
    narrow();
    for (const [selector, label] of Object.entries(NAMES))
      for (const element of document.querySelectorAll(selector)) name(element, label);
  };
  const later = () => {
    clearTimeout(later.timer);
    later.timer = setTimeout(look, 200);
  };
  window.addEventListener("load", () => {
    Promise.resolve(window.MathJax?.startup?.promise).then(look);
    // A solution that opens and a phone that is turned change what fits.
    document.addEventListener("toggle", later, true);
    document.addEventListener("click", later);
    window.addEventListener("resize", later);
  });
})();

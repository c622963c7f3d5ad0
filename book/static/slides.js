// Moves the slides of a chapter, once their formulas are set and everything fits.
(() => {
  const SIZE = { width: 1280, height: 720 };
  const SMALLEST = 0.68; // of the usual size
  // A slide that holds more than the last run brought out is set smaller rather than cut off.
  const fit = (slide) => {
    const body = slide.querySelector(".slide-body");
    for (let part = 0.98; part > SMALLEST && body.scrollHeight > body.clientHeight + 1; part -= 0.02)
      slide.style.setProperty("--fit", part.toFixed(2));
    for (const formula of body.querySelectorAll("div.math")) {
      const inner = formula.querySelector("mjx-container"), set = inner?.querySelector("mjx-math");
      if (set && set.offsetWidth > inner.clientWidth)
        formula.style.setProperty("--wide", (0.98 * inner.clientWidth) / set.offsetWidth);
    }
  };
  const start = () => {
    const slides = document.querySelectorAll(".slides > section");
    slides.forEach(fit);
    for (const figure of document.querySelectorAll(".explorable")) {
      // A swipe over it moves its slider; its controls come when it is near.
      figure.dataset.preventSwipe = "";
      new ResizeObserver(() => fit(figure.closest("section"))).observe(figure);
    }
    return Reveal.initialize({
      ...SIZE,
      margin: 0,
      center: false,
      display: "flex",
      hash: true,
      slideNumber: "c/t",
      transition: "none",
      // Arrows in a list choose from it.
      keyboardCondition: () => document.activeElement?.tagName !== "SELECT",
    });
  };
  window.addEventListener("load", () => {
    Promise.resolve(window.MathJax?.startup?.promise).then(start, start);
  });
})();

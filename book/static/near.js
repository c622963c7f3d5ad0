// Loads the script of the figures with controls when the first of them comes near the window.
const source = new URL("explorables.js", document.currentScript.src);
const near = new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      near.disconnect();
      const script = document.createElement("script");
      script.src = source;
      document.head.append(script);
    }
  },
  { rootMargin: "600px" },
);
document.querySelectorAll("figure.explorable").forEach((figure) => near.observe(figure));

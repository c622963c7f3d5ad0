// Brings the figures with controls to life. The build bundles it with Vega into explorables.js,
// which a page loads when such a figure comes near.

// Room for the axes and titles beside a panel, in pixels, and the narrowest panel that can be read.
const MARGIN = 75;
const NARROWEST = 230;

function fit(view, holder) {
  const room = holder.clientWidth;
  const columns = room >= 2 * (NARROWEST + MARGIN) ? 2 : 1;
  const panel = Math.max(NARROWEST - 40, Math.min(360, Math.floor(room / columns) - MARGIN));
  view.signal("columns", columns).signal("panel", panel).resize();
}

async function start(figure) {
  const holder = figure.querySelector(".explorable-view");
  const controls = figure.querySelector(".explorable-controls");
  const spec = JSON.parse(figure.querySelector("script").textContent);
  // Formulas are interpreted, not compiled: a strict content security policy forbids the latter.
  const options = { actions: false, ast: true, defaultStyle: false, renderer: "svg" };
  const picture = document.createElement("div");
  const { view } = await vegaEmbed(picture, spec, options);
  holder.replaceChildren(picture);
  fit(view, holder);
  await view.runAsync();
  for (const control of controls.querySelectorAll("[data-signal]")) {
    const shown = control.nextElementSibling;
    control.addEventListener("input", () => {
      const value = control.type === "range" ? Number(control.value) : control.value;
      if (control.type === "range") {
        shown.textContent = control.value;
      }
      view.signal(control.dataset.signal, value).runAsync();
    });
  }
  window.addEventListener("resize", () => {
    fit(view, holder);
    view.runAsync();
  });
  controls.hidden = false;
  figure.dataset.ready = "true";
}

for (const figure of document.querySelectorAll("figure.explorable")) {
  start(figure);
}

// The theme's buttons, which the policy of the pages forbids to carry scripts of their own (book/policy.py).
const PRESSED = {
  "toggleFullScreen()": () => toggleFullScreen(),
  "window.print()": () => window.print(),
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-press]");
  if (button) PRESSED[button.dataset.press]();
});

// The title tells when all is there: only then is it the title of the book.
const math = window.MathJax;
// What TeX does not know is an error, and not the same words in red.
if (math) math.tex = { ...math.tex, packages: { "[-]": ["noundefined"] } };

addEventListener("load", async () => {
  const faults = [];
  await window.MathJax?.startup?.promise?.catch((error) => faults.push(`no MathJax, ${error.message}`));
  for (const formula of document.querySelectorAll(".math:not(:has(mjx-container))"))
    faults.push(`a formula was not set: ${formula.textContent}`);
  for (const formula of window.MathJax?.startup?.document?.math ?? [])
    if (formula.typesetRoot?.querySelector("mjx-merror, [data-mjx-error]"))
      faults.push(`a formula is wrong: ${formula.math}`);
  const lost = (picture) => faults.push(`no picture ${picture.getAttribute("src")}`);
  await Promise.all(
    [...document.images].map((picture) => picture.decode().catch(() => lost(picture))),
  );
  await document.fonts.ready;
  for (const font of document.fonts)
    if (font.status === "error") faults.push(`no font ${font.family}`);
  document.title = faults.length
    ? `unfinished: ${faults[0]}`
    : document.querySelector(".book-title").textContent;
});

// The table of claims: a heading sorts it, the fields above filter it. Without this file it is whole.
(() => {
  "use strict";
  const table = document.querySelector(".claims-table table");
  const controls = document.querySelector(".claims-controls");
  if (!table || !controls) return;

  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const rows = [...body.rows]; // in the order of the book
  const words = controls.querySelector("input");
  const choices = [...controls.querySelectorAll("select")];
  const count = controls.querySelector(".claims-count span");
  // Formulas may be typeset by now or not; a link that has some tells the same as its title.
  const read = (cell) => (cell.querySelector("a[title]")?.title ?? cell.textContent).trim();
  const texts = new Map(rows.map((row) => [row, [...row.cells].map(read).join(" ").toLowerCase()]));
  // "at most 10⁻¹²", "0.5 ± 0.1", "−1.2 on average, ...": the first number is what sorts.
  const NUMBER = /^(?:at (?:most|least) )?(-?(?:\d[\d.]*(?:e-?\d+)?|Infinity))/;
  const ascii = (text) =>
    text
      .replace(/(\d·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, factor, power) => {
        const digits = [...power].map((c) => (c === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c))).join("");
        return `${factor ? factor[0] : 1}e${digits}`;
      })
      .replaceAll("−", "-")
      .replaceAll("∞", "Infinity")
      .replaceAll("\u202f", "");

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/);
    const classes = choices.map((choice) => choice.value).filter(Boolean);
    for (const row of rows) {
      row.hidden = !(
        classes.every((name) => row.classList.contains(name)) &&
        wanted.every((word) => texts.get(row).includes(word))
      );
    }
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = `${shown} of ${rows.length} claims shown`;
  };

  const keys = (column) => {
    // Without the mark before a status.
    const told = rows.map((row) => read(row.cells[column]).replace(/^[✔◐✘–] /, ""));
    const numbers = told.map((text) => NUMBER.exec(ascii(text)));
    const numeric = numbers.filter(Boolean).length > rows.length / 2;
    return numeric ? numbers.map((found) => (found ? Number(found[1]) : Infinity)) : told;
  };

  const compare = (a, b) =>
    typeof a === "string" ? a.localeCompare(b, "en") : a === b ? 0 : a < b ? -1 : 1;

  const sort = (column) => {
    const before = headings[column].getAttribute("aria-sort");
    const now = { none: "ascending", ascending: "descending", descending: "none" }[before];
    headings.forEach((heading) => heading.setAttribute("aria-sort", "none"));
    headings[column].setAttribute("aria-sort", now);
    const sign = now === "descending" ? -1 : 1;
    const key = keys(column);
    const order = rows.map((row, index) => index);
    if (now !== "none") order.sort((i, j) => sign * compare(key[i], key[j]));
    body.append(...order.map((index) => rows[index]));
  };

  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent.trim();
    button.addEventListener("click", () => sort(column));
    heading.replaceChildren(button);
    heading.setAttribute("aria-sort", "none");
  });
  for (const event of ["input", "change"]) controls.addEventListener(event, filter);
  controls.hidden = false;
  filter(); // a browser may have kept what was chosen before
})();

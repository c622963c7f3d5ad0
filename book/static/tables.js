// On a phone each row of a wide table is a block of its own, and each cell names its column (companion.css).
// The roles keep it a table for whoever listens to it: without them the new layout would take them away.
document.addEventListener("DOMContentLoaded", () => {
  const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };
  for (const table of document.querySelectorAll(".wide-table table")) {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent.trim());
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, th, td")])
      part.setAttribute("role", ROLES[part.localName]);
    for (const row of table.tBodies[0].rows)
      [...row.cells].forEach((cell, column) => (cell.dataset.label = heads[column] ?? ""));
  }
});

// How wide the page is, and who makes it so.
const wide = document.documentElement.clientWidth;
const beyond = [...document.querySelectorAll("main *")].filter((element) => {
  for (let up = element.parentElement; up && up !== document.documentElement; up = up.parentElement)
    if (up !== document.body && getComputedStyle(up).overflowX !== "visible") return false;
  return element.getBoundingClientRect().right > wide + 1;
});
const told = beyond.slice(0, 5).map((e) => `${e.tagName} ${e.className} ${e.textContent}`.slice(0, 90));
// Cells of the book's tables that one would have to scroll to.
const cells = [...document.querySelectorAll(".wide-table :is(td, th)")]
  .filter((cell) => cell.offsetParent && cell.getBoundingClientRect().right > wide + 1)
  .map((cell) => cell.textContent.slice(0, 90));
return { cells: cells.slice(0, 5), window: wide, width: document.documentElement.scrollWidth, beyond: told };

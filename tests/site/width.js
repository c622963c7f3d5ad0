// How wide the page is, and who makes it so.
const wide = document.documentElement.clientWidth;
const beyond = [...document.querySelectorAll("main *")].filter((element) => {
  for (let up = element.parentElement; up && up !== document.documentElement; up = up.parentElement)
    if (up !== document.body && getComputedStyle(up).overflowX !== "visible") return false;
  return element.getBoundingClientRect().right > wide + 1;
});
const told = beyond.slice(0, 5).map((e) => `${e.tagName} ${e.className} ${e.textContent}`.slice(0, 90));
return { window: wide, width: document.documentElement.scrollWidth, beyond: told };

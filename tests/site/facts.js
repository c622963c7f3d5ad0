// What a page holds, once its formulas are set.
const all = (selector) => [...document.querySelectorAll(selector)];
const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
const raw = [];
while (texts.nextNode()) {
  const text = texts.currentNode;
  if (!text.parentElement.closest("script, style, pre, code, mjx-container") &&
      /\\\(|\\\[|\\begin\{/.test(text.data)) raw.push(text.data.trim().slice(0, 80));
}
const ids = all("[id]").map((element) => element.id);
return {
  places: all(".math").length,
  formulas: all("mjx-container").length,
  empty: all("mjx-container").filter((one) => !one.querySelector("mjx-math > *")).length,
  wrong: all("mjx-merror, [data-mjx-error]").map((one) => one.textContent.slice(0, 80)),
  raw: raw,
  unnamed: all("img:not([alt])").map((image) => image.src),
  speechless: all("main img[alt='']").map((image) => image.src),
  broken: all("img").filter((image) => image.complete && !image.naturalWidth).map((i) => i.src),
  twice: ids.filter((id, place) => ids.indexOf(id) !== place),
};

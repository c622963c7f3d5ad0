// Ask axe for what depends on the theme (light, dark) or not (structure).
const [question, end] = arguments;
const COLOURS = ["color-contrast", "link-in-text-block"];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// Off as in axe itself: experimental rules report what is no barrier (a key's name in a button's text,
// headers of tables that only lay out the index); deprecated ones contradict the standard.
const off = (rule) => rule.tags.includes("experimental") || rule.tags.includes("deprecated");
const rules = axe.getRules(tags).filter((rule) => !off(rule)).map((rule) => rule.ruleId);

// Contrast follows from colours and size, so some elements of each look speak for thousands alike.
const ground = (element) => {
  for (let up = element; up; up = up.parentElement) {
    const style = getComputedStyle(up);
    if (style.backgroundColor !== "rgba(0, 0, 0, 0)") return style.backgroundColor;
  }
  return "";
};
const samples = () => {
  const looks = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const style = getComputedStyle(element);
    const parts = [style.color, ground(element), style.fontSize, style.fontWeight, style.opacity];
    const look = [...parts, element.tagName, element.parentElement.className].join("|");
    const alike = looks.get(look) ?? [];
    if (alike.length < 3) looks.set(look, [...alike, element]);
  }
  return { include: [...looks.values()].flat() };
};

const structure = question === "structure";
axe.run(structure ? document : samples(), {
  preload: false,
  resultTypes: ["violations"],
  runOnly: structure ? rules.filter((rule) => !COLOURS.includes(rule)) : COLOURS,
}).then((result) => end(result.violations.flatMap((violation) => violation.nodes.map((node) =>
  `${violation.id}: ${node.target.join(" ")} ${node.html.slice(0, 150)} ` +
  [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ").slice(0, 200)))));

// What of the slide that is seen does not fit, or is too small for the back row.
const slide = document.querySelector(".slides > section.present");
const body = slide.querySelector(".slide-body");
const frame = slide.getBoundingClientRect();
const scale = frame.height / 720;
const seen = [...body.querySelectorAll("p, li, dt, dd, img, svg, pre, td, th, mjx-math, input, select")];
const beyond = (element) => {
  const place = element.getBoundingClientRect();
  const [left, top] = [place.left - frame.left, place.top - frame.top];
  return left < -1 || top < -1 || left + place.width > frame.width + 1 || top + place.height > frame.height + 1;
};
const name = (element) => `${element.tagName} ${element.textContent.trim().slice(0, 40)}`;
const small = (element) =>
  element.textContent.trim() && !element.closest("svg, mjx-container, .claim-head") &&
  parseFloat(getComputedStyle(element).fontSize) < 18;
return {
  title: slide.querySelector("h1, h2").textContent,
  high: body.scrollHeight - body.clientHeight,
  beyond: seen.filter(beyond).map(name),
  small: seen.filter(small).map(name),
  flat: [...body.querySelectorAll("figure > img")].map((image) => image.clientHeight).filter((h) => h < 300),
  width: frame.width,
  scale: scale,
  empty: body.textContent.trim() === "" && !body.querySelector("img, svg"),
};

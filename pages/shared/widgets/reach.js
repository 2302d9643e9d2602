// A table that is wider than its place scrolls, and whoever uses no mouse must be able to stand in it.
const TABLES = "[data-testid=stMarkdownContainer] table, [data-testid=stTable] > *";
let label, timer;

function reach() {
  for (const box of document.querySelectorAll(TABLES)) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX === "auto";
    if (scrolls === (box.tabIndex === 0)) continue;
    if (scrolls) {
      box.tabIndex = 0;
      box.ariaLabel = label;
      if (box.tagName !== "TABLE") box.role = "region"; // a table stays one
    } else for (const name of ["tabindex", "aria-label", "role"]) box.removeAttribute(name);
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(reach, 150);
}

const watch = new MutationObserver(soon);

export default function ({ data }) {
  label = data.label;
  watch.observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", soon); // the same function: added only once
  soon();
}

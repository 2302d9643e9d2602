// Steps for a presenter. Every press since the page was loaded is sent, so that none is lost when
// several come before Python answers. These variables outlast a change of page.
const STEPS = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
const TAKEN = "input, textarea, select, [contenteditable], [role=slider], .ll-figure";
const PRESSED = "button, summary, [role=button]";
const steps = [];
let place, send;

function press(event) {
  const step = STEPS[event.key];
  if (!step || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const taken = event.key === " " ? `${TAKEN}, ${PRESSED}` : TAKEN;
  if (event.composedPath().some((element) => element.matches?.(taken))) return;
  event.preventDefault(); // the page stays where it is
  if (event.repeat) return;
  steps.push(step);
  send("steps", [...steps]);
}

export default function ({ parentElement, setStateValue }) {
  [place, send] = [parentElement, setStateValue];
  document.addEventListener("keydown", press); // the same function: added only once
  // Streamlit also calls this when two messages come fast upon each other: then nothing is over.
  return () => setTimeout(() => place.isConnected || document.removeEventListener("keydown", press));
}

// While the server is away the visitor reads our own words, and the page stays as it is. These variables
// outlast a change of page, and the server.
const PATIENCE_MS = 1000; // a shorter silence is not worth a word
const OURS = "ll-away";
let words = "", bar, timer, away = false;

const app = () => document.querySelector("[data-testid=stApp]");

function speak(text) {
  bar ??= Object.assign(document.createElement("p"), { className: OURS, role: "status" });
  if (!bar.isConnected) document.body.append(bar);
  bar.textContent = text;
}

function lose() {
  // To a new session Streamlit repeats the query the page was opened with. The address, which follows the
  // controls, is the newer one: Streamlit reads it again when the browser's history moves.
  window.dispatchEvent(new PopStateEvent("popstate", { state: window.history.state }));
  timer = setTimeout(() => speak(words), PATIENCE_MS);
}

function find() {
  clearTimeout(timer);
  speak("");
}

// Boxes of Streamlit's own cover the page and speak to whoever started the server. Closed once, the first
// stays so until the server is back; of an address without a page the page itself speaks (nav.py).
const BOXES = /^(Connection error|Page not found)/;
function unblock() {
  for (const box of document.querySelectorAll("[data-testid=stDialog]")) {
    if (BOXES.test(box.textContent)) box.querySelector("button[aria-label=Close]")?.click();
  }
}

function look() {
  const gone = app()?.dataset.testConnectionState !== "CONNECTED";
  if (gone !== away) (gone ? lose : find)();
  away = gone;
  unblock();
}

const watch = new MutationObserver(look);

export default function ({ data }) {
  words = data.words;
  if (!bar) speak(""); // a status is read out if it was there before its words
  watch.observe(app(), { attributeFilter: ["data-test-connection-state"] });
  watch.observe(document.body, { childList: true });
  unblock();
}

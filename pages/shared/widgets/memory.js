// The learner's records, one item of localStorage each, so that two tabs at different lessons do not
// overwrite each other. These variables outlast a change of page; only loading the page anew resets them.
const PREFIX = "liquidation-lab.", LARGEST = 20000;
let place, send, timer, session, heard, known, count = 0; // known: what this session has, as text by name

// Storage may be blocked or full: then the session goes on without it.
function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
const keys = () => attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) ?? [];
const parsed = (text) => attempt(() => JSON.parse(text));

function isRecord(text) {
  const record = text?.length <= LARGEST && parsed(text);
  return record && typeof record === "object" && !Array.isArray(record);
}

function stored() {
  const items = keys().map((key) => [key.slice(PREFIX.length), attempt(() => localStorage.getItem(key))]);
  return Object.fromEntries(items.filter(([, text]) => isRecord(text)));
}

function write(name, text) {
  attempt(() => {
    localStorage.setItem(PREFIX + name, text);
    known[name] = text;
  });
}

function receive(data) {
  if (data.session !== session) [session, heard, known] = [data.session, 0, {}];
  if (data.forgotten > heard) {
    for (const key of keys()) attempt(() => localStorage.removeItem(key));
    known = {};
  }
  for (const [name, { count, text }] of Object.entries(data.changed)) {
    if (count > heard && isRecord(text)) write(name, text);
  }
  heard = data.count;
}

function tell() {
  const now = stored();
  if (!place.isConnected || Object.keys({ ...now, ...known }).every((name) => now[name] === known[name])) return;
  known = now;
  const records = Object.fromEntries(Object.entries(now).map(([name, text]) => [name, parsed(text)]));
  send("stored", { session, count: ++count, heard, records });
}

// Another tab changed something, perhaps several items at once.
function follow(event) {
  if (event.key !== null && !event.key.startsWith(PREFIX)) return;
  clearTimeout(timer);
  timer = setTimeout(tell, 100);
}

export default function ({ data, parentElement, setStateValue }) {
  [place, send] = [parentElement, setStateValue];
  receive(data);
  tell();
  window.addEventListener("storage", follow); // the same function: added only once
  // Streamlit also calls this when two messages come fast upon each other: then nothing is over.
  return () => setTimeout(() => place.isConnected || window.removeEventListener("storage", follow));
}

// Draggable points over the first panel: mouse, touch and keyboard. Part of figure.js.
const ECHO_MS = 300, LOST_MS = 3000;

function createHandles(s, layer) {
  const h = { layer, dots: [], y: [], n: 0, drag: -1, active: 0, given: null, full: null };
  Object.assign(h, { busy: false, dirty: false, sentAt: 0 });
  h.line = layer.querySelector("polyline");
  return h;
}

// Most points move up and down; a point in time moves along.
const isFlat = h => h.given.along === "x";
const pointer = (h, event) => isFlat(h) ? event.clientX : event.clientY;

const movable = (h, i) => !(h.given.fixed ?? []).includes(i);
const handleText = (h, value) =>
  value.toFixed(Math.max(2, Math.ceil(-Math.log10(h.given.step)))).replace(".", h.given.decimal);

// Python's points win, unless they are an answer to something older than the latest move.
function receiveHandles(s, h, given, seen) {
  h.given = given;
  h.layer.hidden = !given;
  if (!given) return;
  const answered = seen >= h.n || performance.now() - h.sentAt > LOST_MS;
  if (answered) Object.assign(h, { n: Math.max(h.n, seen), busy: false });
  if (h.dots.length !== given.y.length) buildHandles(s, h);
  else if (h.dirty && answered) sendHandles(s, h);
  else if (answered && h.drag < 0) h.y = [...given.y];
  showHandles(h);
}

function buildHandles(s, h) {
  Object.assign(h, { y: [...h.given.y], drag: -1, dirty: false });
  h.dots = h.y.map((_, i) => {
    const dot = document.createElement("div");
    dot.className = "ll-handle";
    dot.hidden = !movable(h, i);
    dot.setAttribute("role", "slider");
    dot.setAttribute("aria-orientation", isFlat(h) ? "horizontal" : "vertical");
    dot.onpointerdown = event => grab(h, i, dot, event);
    dot.onpointermove = event => { if (h.drag === i) setHandle(s, h, i, valueAt(h, pointer(h, event) - h.grip)); };
    dot.onpointerup = dot.onpointercancel = () => { if (h.drag === i) { h.drag = -1; draw(s); } };
    dot.onkeydown = event => onHandleKey(s, h, i, event);
    dot.onfocus = () => { h.active = i; showHandles(h); };
    return dot;
  });
  if (!movable(h, h.active) || h.active >= h.y.length) h.active = h.y.findIndex((_, i) => movable(h, i));
  h.layer.replaceChildren(h.line.ownerSVGElement, ...h.dots);
}

function setHandle(s, h, i, value) {
  const { low, high, step } = h.given;
  const snapped = Number((Math.round(value / step) * step).toFixed(10));
  h.y[i] = Math.min(high, Math.max(low, snapped));
  h.dirty = true;
  showHandles(h);
  sendHandles(s, h);
}

// One message at a time: the next leaves when Python has answered, or after a while.
function sendHandles(s, h) {
  if (h.busy || !h.dirty) return;
  Object.assign(h, { busy: true, dirty: false, n: h.n + 1, sentAt: performance.now() });
  s.send("points", { n: h.n, y: [...h.y] });
  clearTimeout(h.timer);
  h.timer = setTimeout(() => { h.busy = false; sendHandles(s, h); }, ECHO_MS);
}

function grab(h, i, dot, event) {
  if (event.button) return;
  event.preventDefault();
  dot.setPointerCapture(event.pointerId);
  dot.focus({ preventScroll: true });
  h.drag = i;
  const box = dot.getBoundingClientRect();
  h.grip = pointer(h, event) - (isFlat(h) ? box.left + box.width / 2 : box.top + box.height / 2);
}

function valueAt(h, at) {
  const { xaxis, yaxis } = h.full, layer = h.layer.getBoundingClientRect();
  return isFlat(h) ? xaxis.p2d(at - layer.left - xaxis._offset) : yaxis.p2d(at - layer.top - yaxis._offset);
}

function onHandleKey(s, h, i, event) {
  const { step } = h.given, side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const to = isFlat(h) || h.dots.length === 1 ? 0 : side;
  const by = { ArrowUp: step, ArrowDown: -step, PageUp: 10 * step, PageDown: -10 * step }[event.key]
    ?? (to === 0 && side ? side * step : undefined);
  if (!to && !by) return;
  event.preventDefault();
  event.stopPropagation();
  if (by) return setHandle(s, h, i, h.y[i] + by);
  let next = i + to;
  while (h.dots[next] && !movable(h, next)) next += to;
  h.dots[next]?.focus();
}

const off = (axis, value) => axis.d2p(value) < -1 || axis.d2p(value) > axis._length + 1;

function showHandles(h) {
  const { given, full } = h;
  if (!given || !full) return;
  const { xaxis, yaxis } = full;
  const inside = (value, length) => Math.min(length, Math.max(0, value));
  const [moves, stays] = isFlat(h) ? [xaxis, yaxis] : [yaxis, xaxis];
  const still = given.x.map(x => stays._offset + stays.d2p(x));
  const moved = h.y.map(y => moves._offset + inside(moves.d2p(y), moves._length));
  const [px, py] = isFlat(h) ? [moved, still] : [still, moved];
  const gap = Math.min(200, ...still.slice(1).map((x, i) => x - still[i]));
  h.layer.style.setProperty("--gap", `${gap}px`);
  h.line.setAttribute("points", px.map((x, i) => `${x},${py[i]}`).join(" "));
  // The line of the last answer lies under it; it shows only while it is ahead of Python.
  h.line.style.visibility = h.y.some((y, i) => y !== given.y[i]) ? "visible" : "hidden";
  h.dots.forEach((dot, i) => {
    const zoomedAway = off(stays, given.x[i]) || off(moves, h.y[i]);
    dot.style.visibility = zoomedAway && dot !== document.activeElement ? "hidden" : "visible";
    dot.style.transform = `translate(${px[i]}px, ${py[i]}px) translate(-50%, -50%)`;
    dot.classList.toggle("ll-dragged", h.drag === i);
    dot.tabIndex = i === h.active ? 0 : -1;
    dot.dataset.text = handleText(h, h.y[i]);
    const at = given.x[i];
    const x = typeof at === "number" ? String(Math.round(at * 10) / 10).replace(".", given.decimal) : at;
    const now = { label: given.label.replace("{x}", x), valuemin: given.low, valuemax: given.high,
      valuenow: h.y[i], valuetext: dot.dataset.text };
    for (const [name, value] of Object.entries(now)) dot.setAttribute(`aria-${name}`, value);
  });
}

function placeHandles(h, full) {
  h.full = full;
  showHandles(h);
}

// While a point is held its panel must not move under the pointer.
function freezeForDrag(h, layout) {
  if (h.drag < 0) return;
  layout.yaxis = { ...layout.yaxis, range: [...h.full.yaxis.range], autorange: false };
}

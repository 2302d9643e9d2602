// One figure on the page. figure.py prepends the constants CHUNK, DARK, LIGHT, CONFIG, STATES
// and handles.js. Streamlit calls the function at the end of this file again at every rerun and
// theme change, always with the same elements; whatever lasts is in the object `s`.
const PLAY_MS = 8000, LONGEST_STEP_MS = 700, DWELL_MS = 1200, NARROW_PX = 560, LEAST_PX = 240;
const figures = new WeakMap();
const prefers = query => window.matchMedia(query).matches;
let library;

// Streamlit's chart is a lazy module beside its main one; once evaluated it leaves window.Plotly.
async function load() {
  const main = document.querySelector("script[type=module][src*='static/js/']");
  if (!window.Plotly) await import(new URL(CHUNK, main.src));
  if (!window.Plotly) throw new Error("no plotly.js");
}

// --- drawing: everything that needs Plotly ---

function isDark(s) {
  const [r, g, b] = getComputedStyle(s.veil).backgroundColor.match(/[\d.]+/g).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

function merge(base, patch) {
  for (const [key, value] of Object.entries(patch)) {
    const both = [base[key], value].every(v => v && typeof v === "object" && !Array.isArray(v));
    base[key] = both ? merge(base[key], value) : value;
  }
  return base;
}

const PIXELS = /^([xy]shift|[xy]?pad|height|thickness|standoff|borderpad|(border|arrow|grid|zeroline|tick|line)width|ticklen)$/;
// Lengths in pixels times k, so that a projector page with a larger root font is larger throughout.
function scale(node, k, parent = "") {
  for (const [key, value] of Object.entries(node)) {
    if (value && typeof value === "object") {
      const numbers = Array.isArray(value) && typeof value[0] !== "object";
      if (!numbers && !value.bdata) scale(value, k, Array.isArray(node) ? parent : key);
      else if (key === "size" && parent === "marker" && numbers) node[key] = value.map(v => v * k);
    } else if (typeof value === "number" && isPixels(key, parent, node)) node[key] = enlarged(key, parent, value, k);
  }
}
// Read from the back of a room: no words below 20 px there.
const enlarged = (key, parent, value, k) => (key === "size" && /font$/.test(parent) && k > 1.3 ? Math.max(20, value * k) : value * k);
function isPixels(key, parent, node) {
  if (key === "size") return /font$|^marker$|^pattern$/.test(parent);
  if (key === "width") return parent === "line";
  if (/^[lrtb]$/.test(key)) return parent === "margin";
  if (/^[xy][01]$/.test(key)) return node[`${key[0]}sizemode`] === "pixel";
  if (/^a[xy]$/.test(key)) return (node[key + "ref"] ?? "pixel") === "pixel";
  return PIXELS.test(key);
}

// The message as a Plotly figure for this theme, text size and width.
function dressed(s, look) {
  const text = look.dark ? s.text.replace(new RegExp(LIGHT, "g"), light => DARK[light]) : s.text;
  const { figure, page } = JSON.parse(text);
  const { hidden_traces: hidden = [], ...narrow } = page.narrow ?? {};
  const { data, layout } = figure;
  layout.height = page.height;
  layout.font = { size: 14, ...layout.font };
  if (look.narrow) {
    merge(layout, narrow);
    for (const i of hidden) data[i].visible = false;
  }
  if (look.k !== 1) { scale(data, look.k); scale(layout, look.k); }
  if (look.room) layout.height = Math.max(LEAST_PX, Math.min(layout.height, look.room));
  Object.assign(layout.font, { color: look.ink, family: look.family });
  Object.assign(layout, { width: look.width, autosize: false, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" });
  // The reader's zoom lasts as long as this word stays the same.
  layout.uirevision = `${layout.uirevision ?? "figure"} ${s.resets}`;
  if (prefers("(pointer: coarse)")) layout.dragmode = false;
  foldTitles(layout);
  freezeForDrag(s.handles, layout);
  return { data, layout };
}

// The title below a picture that is wider than the picture, as in a wordy language, takes a second line.
function foldTitles(layout) {
  const pen = document.createElement("canvas").getContext("2d"), { margin, width } = layout;
  for (const axis of Object.keys(layout).filter(key => /^xaxis\d*$/.test(key)).map(key => layout[key])) {
    const { text, font } = axis.title ?? {}, size = font?.size ?? layout.font.size;
    if (!text || !margin) continue;
    pen.font = `${size}px ${layout.font.family}`;
    const [from, to] = axis.domain ?? [0, 1];
    const middle = margin.l + (width - margin.l - margin.r) * (from + to) / 2;
    if (pen.measureText(text).width <= 2 * Math.min(middle, width - middle)) continue;
    const half = text.indexOf(" ", text.length / 2);
    if (half < 0) continue;
    axis.title.text = `${text.slice(0, half)}<br>${text.slice(half + 1)}`;
    margin.b += 1.3 * size;
  }
}

function look(s) {
  const css = getComputedStyle(s.root), width = s.stage.clientWidth;
  const k = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  return { dark: s.dark, k, width, room: roomOnSlide(s), narrow: width < NARROW_PX * k, ink: css.color, family: css.fontFamily };
}

// On a wall nobody scrolls: what is left between the words above and the buttons of slide and picture.
function roomOnSlide(s) {
  const turn = s.root.closest(".st-key-slide") && document.querySelector(".st-key-turn");
  if (!turn) return 0;
  const around = s.root.getBoundingClientRect(), stage = s.stage.getBoundingClientRect();
  return Math.floor(turn.getBoundingClientRect().top - (stage.top + window.scrollY) - (around.bottom - stage.bottom) - 8);
}

function draw(s) {
  const seen = look(s), stamp = JSON.stringify([seen, s.resets, s.handles.drag]) + s.text;
  // No width: in a closed tab; the observer calls again when it opens.
  if (!window.Plotly || !seen.width || stamp === s.stamp) return;
  s.stamp = stamp;
  const { data, layout } = dressed(s, seen);
  s.plot.style.height = s.stage.style.height = `${layout.height}px`;
  window.Plotly.react(s.plot, data, layout, { ...CONFIG, doubleClick: false });
  if (!s.wired) wirePlot(s);
  place(s);
}

// What is not on the screen waits until the browser has nothing better to do.
function drawSoon(s) {
  const { top, bottom } = s.stage.getBoundingClientRect();
  if (bottom > 0 && top < window.innerHeight) draw(s);
  else (window.requestIdleCallback ?? setTimeout)(() => draw(s));
}

function wirePlot(s) {
  s.wired = true;
  s.plot.on("plotly_afterplot", () => place(s));
  s.plot.on("plotly_relayouting", () => place(s));
  s.plot.on("plotly_doubleclick", () => actions.unzoom(s));
  s.plot.on("plotly_relayout", change => {
    if (Object.keys(change).some(key => /axis\d*\.range/.test(key))) s.get("unzoom").hidden = false;
  });
}

// Where the steps and panels now are on the screen, for what lies over the plot.
function place(s) {
  const full = s.plot._fullLayout;
  if (!full?.xaxis) return;
  // A panel with an x axis of its own does not share the steps.
  const panels = Object.keys(full).filter(key => /^yaxis\d*$/.test(key) && full[key].anchor !== "x2").map(key => full[key]);
  const top = Math.min(...panels.map(axis => axis._offset));
  const bottom = Math.max(...panels.map(axis => axis._offset + axis._length));
  const { _offset: left, _length: width } = full.xaxis;
  Object.assign(s.frame.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${bottom - top}px` });
  s.at = (s.page.playback?.x ?? []).map(x => full.xaxis.d2p(x));
  // The middle of the thumb stands under the moment it means, unless that is zoomed away.
  const seen = s.at.length && s.at[0] >= 0 && s.at[last(s)] <= width + 1;
  const [from, to] = seen ? [s.at[0], s.at[last(s)]] : [0, width];
  Object.assign(s.scrub.style, { marginLeft: `calc(${left + from}px - .5rem)`, width: `calc(${to - from}px + 1rem)` });
  // What is drawn or written about the closing step stays hidden until that step.
  for (const [selector, items] of [[".annotation", full.annotations], [".shapelayer path", full.shapes]]) {
    for (const node of s.plot.querySelectorAll(selector)) {
      node.classList.toggle("ll-moment", items[node.dataset.index]?.name === "moment");
    }
  }
  // Lines with gaps and marks that appear one by one: `meta.steps` of their trace says when.
  s.parts = [...s.plot.querySelectorAll(".scatterlayer .trace")].flatMap(node => {
    const { steps = [] } = node.__data__[0].trace.meta ?? {};
    return steps.length ? [...node.querySelectorAll(".js-line, .point")].map((part, i) => [part, steps[i]]) : [];
  });
  placeHandles(s.handles, full);
  paint(s);
}

function save(s, format) {
  const { data, layout } = s.plot, paper = getComputedStyle(s.veil).backgroundColor;
  const solid = { ...layout, paper_bgcolor: paper, plot_bgcolor: paper };
  window.Plotly.downloadImage({ data, layout: solid, config: CONFIG },
    { format, filename: s.page.file, width: layout.width, height: layout.height, scale: format === "png" ? 2 : 1 });
}

// --- stepping: nothing here calls Plotly, so sixty times a second is easy ---
// s.pos is the place on the path, between steps while gliding, and null at rest.

const last = s => s.at.length - 1;
const step = s => (s.pos === null ? null : Math.floor(s.pos + 1e-6));

function pixel(s, pos) {
  const i = Math.floor(pos + 1e-6), next = s.at[Math.min(i + 1, last(s))];
  return prefers("(prefers-reduced-motion: reduce)") ? s.at[i] : s.at[i] + (next - s.at[i]) * (pos - i);
}

function paint(s) {
  const at = s.hover ?? s.pos, moving = s.pos !== null;
  s.cursor.classList.toggle("ll-on", at !== null && s.at.length > 0);
  s.veil.classList.toggle("ll-on", moving && s.at.length > 0);
  if (at !== null && s.at.length) s.cursor.style.transform = `translateX(${pixel(s, at)}px)`;
  if (moving && s.at.length) s.veil.style.transform = `translateX(${Math.max(0, pixel(s, s.pos))}px)`;
  s.root.classList.toggle("ll-playing", s.playing);
  s.root.classList.toggle("ll-stepping", moving);
  s.root.classList.toggle("ll-before", moving && step(s) < s.page.playback.closed);
  for (const [part, when] of s.parts) {
    part.classList.toggle("ll-later", moving && when > step(s));
    part.classList.toggle("ll-newest", moving && when === step(s));
  }
  s.scrub.value = s.pos ?? 0;
  s.scrub.style.setProperty("--done", (s.pos ?? 0) / Math.max(1, last(s)));
  tell(s, s.hover ?? step(s));
}

// The words of a step (null: at rest).
function tell(s, i) {
  const playback = s.page.playback;
  if (!playback || s.told === i) return;
  s.told = i;
  playback.figures.forEach((item, place) => {
    const value = i === null ? item.rest : (item.column === "state" ? playback.states : playback.rows[item.column])[i];
    if (item.column === "state") showState(s, s.values[place], value);
    else s.values[place].textContent = value;
  });
  s.sentence.textContent = i === null ? playback.rest ?? "" : sentence(playback, i);
  if (s.hover === null) {
    s.scrub.setAttribute("aria-valuetext", sentence(playback, i ?? 0));
  }
}

function sentence({ template, templates = {}, states, rows }, i) {
  return (templates[states?.[i]] ?? template).replace(/\{(\d+)\}/g, (_, column) => rows[column][i]);
}
// Spoken only when the picture stands still, never at every frame.
const announce = s => { s.live.textContent = s.sentence.textContent; };

function showState(s, element, state) {
  const [icon, word] = s.page.playback.state_labels[state];
  element.className = `ll-state ll-state-${state}`;
  element.dataset.icon = icon;
  element.style.setProperty("--state", s.dark ? DARK[STATES[state]] : STATES[state]);
  element.textContent = word;
}

function go(s, pos, quiet) {
  pause(s);
  s.hover = null;
  s.pos = pos === null ? null : Math.max(0, Math.min(last(s), pos));
  paint(s);
  if (!quiet) announce(s);
}

function pause(s) {
  s.playing = false;
  cancelAnimationFrame(s.frameId);
  name(s, s.get("play"), "play");
}

function play(s) {
  if (s.pos === null || s.pos >= last(s)) s.pos = 0;
  Object.assign(s, { playing: true, hover: null, then: performance.now(), dwell: 0 });
  name(s, s.get("play"), "pause");
  paint(s);
  s.frameId = requestAnimationFrame(now => tick(s, now));
}

function tick(s, now) {
  const { closed = -1 } = s.page.playback, before = s.pos;
  const passed = Math.min(100, Math.max(0, now - s.then)) / Math.min(LONGEST_STEP_MS, PLAY_MS / last(s));
  s.then = now;
  if (now >= s.dwell) s.pos = Math.min(last(s), before + passed);
  if (before < closed && s.pos >= closed) Object.assign(s, { pos: closed, dwell: now + DWELL_MS });
  if (s.pos >= last(s) && now >= s.dwell) return go(s, last(s));
  paint(s);
  if (s.dwell === now + DWELL_MS) announce(s);
  s.frameId = requestAnimationFrame(later => tick(s, later));
}

const actions = {
  restart: s => go(s, null),
  back: s => s.pos !== null && go(s, Math.ceil(s.pos) - 1),
  forward: s => go(s, (step(s) ?? 0) + 1),
  play: s => (s.playing ? go(s, step(s)) : play(s)),
  unzoom: s => { s.resets += 1; s.get("unzoom").hidden = true; draw(s); },
  png: s => save(s, "png"),
  svg: s => save(s, "svg"),
};

function onKey(s, event) {
  const onButton = event.target.tagName === "BUTTON", onRange = event.target === s.scrub;
  if (!s.at.length || event.ctrlKey || event.metaKey || event.altKey) return;
  const name = { " ": !onButton && "play", Home: "restart", ArrowLeft: "back", ArrowRight: "forward",
    ArrowDown: onRange && "back", ArrowUp: onRange && "forward" }[event.key];
  if (!name) return;
  event.preventDefault();
  actions[name](s);
}

function onPointer(s, event) {
  if (s.playing) return;
  const x = event.clientX - s.frame.getBoundingClientRect().left;
  const inside = event.type !== "pointerleave" && s.at.length && x > -8 && x < s.frame.clientWidth + 8;
  s.hover = inside ? nearest(s.at, x) : null;
  paint(s);
}

function nearest(sorted, x) {
  let low = 0, high = sorted.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle; else high = middle;
  }
  return x - sorted[low] < sorted[high] - x ? low : high;
}

// --- cells: a press and release on one spot of a map chooses its cell; a drag or a scroll does not ---
const STEADY_PX = 6;

function wireCells(s) {
  s.plot.onpointerdown = event => {
    s.press = event.isPrimary && !event.button && s.page.cells ? event : null;
    // Until it is released the pointer is ours, whatever plotly.js lays over the page.
    if (s.press) s.plot.setPointerCapture(event.pointerId);
  };
  s.plot.onpointermove = s.plot.onpointerleave = event => outlineCell(s, event);
  s.plot.onpointerup = event => {
    const { press } = s, cell = cellAt(s, event);
    s.press = null;
    const moved = press && Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY);
    if (press && cell && moved <= STEADY_PX) s.trigger("cell", cell);
  };
}

// The cell under the pointer, by its places on the axes; their ticks say which places there are.
function cellAt(s, { clientX, clientY }) {
  const { xaxis, yaxis } = s.plot._fullLayout ?? {};
  if (!s.page.cells || !xaxis) return null;
  const { left, top } = s.plot.getBoundingClientRect();
  const at = [[xaxis, clientX - left], [yaxis, clientY - top]].map(([axis, px]) => Math.round(axis.p2d(px - axis._offset)));
  return xaxis.tickvals.includes(at[0]) && yaxis.tickvals.includes(at[1]) ? at : null;
}

function outlineCell(s, event) {
  const cell = event.type === "pointerleave" ? null : cellAt(s, event);
  s.cell.classList.toggle("ll-on", cell !== null);
  if (!cell) return;
  const { xaxis, yaxis } = s.plot._fullLayout;
  const [x, y] = [xaxis, yaxis].map((axis, i) => [-0.5, 0.5].map(half => axis.d2p(cell[i] + half)).sort((a, b) => a - b));
  Object.assign(s.cell.style, { left: `${x[0]}px`, top: `${y[0]}px`, width: `${x[1] - x[0]}px`, height: `${y[1] - y[0]}px` });
}

// --- life: mount once, take each message ---

function mount(root) {
  const part = name => root.querySelector(`.ll-${name}`);
  const s = {
    root, text: "", page: {}, at: [], parts: [], values: [], pos: null, hover: null, playing: false, resets: 0,
    get: name => root.querySelector(`[data-do=${name}]`),
  };
  for (const name of ["strip", "stage", "plot", "frame", "veil", "cursor", "cell", "scrub", "player", "sentence", "live", "rem"]) s[name] = part(name);
  s.handles = createHandles(s, part("handles"));
  for (const button of root.querySelectorAll("[data-do]")) button.onclick = () => actions[button.dataset.do](s);
  s.scrub.oninput = () => go(s, Math.round(s.scrub.value), true);
  root.onkeydown = event => onKey(s, event);
  s.stage.onpointermove = s.stage.onpointerdown = s.stage.onpointerleave = event => onPointer(s, event);
  wireCells(s);
  s.observer = new ResizeObserver(() => draw(s));
  s.observer.observe(s.stage);
  s.observer.observe(s.rem);
  s.resized = () => s.stage.closest(".st-key-slide") && draw(s);
  window.addEventListener("resize", s.resized);
  return s;
}

function receive(s, text) {
  if (text !== s.text) {
    s.text = text;
    const before = s.at.length;
    s.page = JSON.parse(text).page;
    s.plot.setAttribute("aria-label", s.page.alt);
    if (!s.plot.firstChild) s.stage.style.height = `${s.page.height / 16}rem`;
    speak(s);
    arrange(s, before);
  }
  s.dark = isDark(s);
  s.told = undefined;
  receiveHandles(s, s.handles, s.page.handles, s.page.seen);
}

// What a part is called by a screen reader, and a button also under the pointer.
function name(s, element, word) {
  const { [word]: told, [`${word}_title`]: title = told } = s.page.words;
  element.setAttribute("aria-label", told);
  if (element.tagName === "BUTTON") element.title = title;
}

function speak(s) {
  for (const element of s.root.querySelectorAll("[data-says]")) name(s, element, element.dataset.says);
  if (s.playing) name(s, s.get("play"), "pause");
  s.get("unzoom").textContent = s.page.words.unzoom;
}

function arrange(s, before) {
  const { x = [], figures: items = [] } = s.page.playback ?? {};
  s.strip.hidden = !items.length;
  s.player.hidden = s.scrub.hidden = s.sentence.hidden = !x.length;
  s.scrub.max = x.length - 1;
  const labels = items.map(item => item.label);
  if (labels.join("\n") !== s.labels) {
    s.labels = labels.join("\n");
    s.values = labels.map(() => document.createElement("dd"));
    s.strip.replaceChildren(...labels.map((label, i) => {
      const pair = document.createElement("div");
      pair.append(Object.assign(document.createElement("dt"), { textContent: label }), s.values[i]);
      return pair;
    }));
  }
  if (before && before !== x.length) { pause(s); s.pos = s.hover = null; }
  if (!before && s.page.playback?.from_start) s.pos = 0;
  s.root.classList.toggle("ll-blind", Boolean(s.page.playback?.from_start));
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".ll-figure");
  const s = figures.get(root) ?? mount(root);
  figures.set(root, s);
  Object.assign(s, { send: setStateValue, trigger: setTriggerValue });
  receive(s, new TextDecoder().decode(data));
  paint(s);
  (library ??= load()).then(() => drawSoon(s), () => s.send("failed", true));
  // Streamlit also calls this when two messages come fast upon each other: then nothing is over.
  return () => setTimeout(() => root.isConnected || close(s));
}

function close(s) {
  pause(s);
  clearTimeout(s.handles.timer);
  s.observer.disconnect();
  window.removeEventListener("resize", s.resized);
  figures.delete(s.root);
  window.Plotly?.purge(s.plot);
}

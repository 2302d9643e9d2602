// Slider and typed field of one number. Every edit goes to Python as text and comes back read, so
// there is one parser. Handlers are assigned, never added: this function runs again at every answer.
export default function ({ data, parentElement, setStateValue }) {
  const box = parentElement.querySelector(".number");
  const [label, text, slider, more] = ["label", "#text", "#slider", "button"].map((s) => box.querySelector(s));
  const [help, problem] = ["#help", "#problem"].map((s) => box.querySelector(s));

  // count: edits sent; answered: the last of them Python has dealt with; next: the edit that waits.
  const now = (box.now ??= { count: data.echo, answered: data.echo, writes: data.writes });
  now.data = data;
  now.setStateValue = setStateValue;

  // --- sending: the next edit leaves when the last one has come back, or after 300 ms ------------
  const flush = () => {
    if (!now.next || now.timer) return;
    const edit = { ...now.next, count: ++now.count, writes: now.data.writes };
    now.next = null;
    now.timer = setTimeout(release, 300);
    now.setStateValue("edit", edit);
  };
  const release = () => {
    clearTimeout(now.timer);
    now.timer = 0;
    flush();
  };
  const send = (edit) => {
    clearTimeout(now.pause);
    now.next = edit;
    flush();
  };

  // --- the scale ----------------------------------------------------------------------------------
  const { low, high, step, log, field } = data;
  const toPlace = (v) => (log ? Math.log(v) : v);
  const toValue = (p) => (log ? Math.exp(p) : p);
  const clip = (v) => Math.min(high, Math.max(low, v));
  const grid = (v, parts) => {
    if (!log) return step;
    const [digits, power] = (v / parts).toExponential().split("e");
    return Math.max(step, (digits < 2 ? 1 : digits < 5 ? 2 : 5) * 10 ** power);
  };
  const snap = (v, g) => clip(Number((Math.round(v / g) * g).toPrecision(12)));
  const format = (v) => {
    const x = Number((v * field.factor).toFixed(field.decimals));
    const digits = Math.abs(x).toLocaleString("en-US", {
      maximumFractionDigits: field.decimals,
      minimumFractionDigits: field.fill && x % 1 ? field.decimals : 0,
    }).replace(/[.,]/g, (mark) => (mark === "." ? field.decimal : field.group));
    return (x < 0 ? field.minus : "") + field.before + digits + field.after;
  };

  const paint = (v) => {
    const place = (toPlace(clip(v)) - toPlace(low)) / (toPlace(high) - toPlace(low));
    slider.style.setProperty("--place", place);
    slider.setAttribute("aria-valuetext", format(v));
  };
  const move = (v) => {
    now.value = v;
    now.typing = false;
    text.value = format(v);
    paint(v);
    send({ text: text.value });
  };
  const press = (event) => {
    const presses = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
    let v = { Home: low, End: high }[event.key];
    const n = presses[event.key];
    if (n) {
      if (n > 0 ? now.value >= high : now.value <= low) v = now.value; // typed beyond the slider: stay
      else v = snap(now.value + n * grid(now.value, 100), grid(now.value, 100));
    }
    if (v === undefined) return;
    event.preventDefault();
    if (v === now.value) return;
    slider.value = toPlace(v);
    move(v);
  };

  // --- the slider ---------------------------------------------------------------------------------
  slider.min = toPlace(low);
  slider.max = toPlace(high);
  slider.onpointerdown = () => (now.dragging = true);
  slider.oninput = () => {
    const v = clip(toValue(Number(slider.value)));
    if (snap(v, grid(v, 50)) !== now.value) move(snap(v, grid(v, 50)));
  };
  slider.onchange = slider.onpointerup = slider.onpointercancel = slider.onblur = () => {
    now.dragging = false;
    slider.value = toPlace(clip(now.value));
  };
  slider.onkeydown = press;

  // --- the typed field ----------------------------------------------------------------------------
  const commit = () => {
    if (!now.typing) return;
    now.typing = false;
    send({ text: text.value });
  };
  text.onfocus = () => (now.entered = true);
  text.onclick = () => {
    if (now.entered && text.selectionStart === text.selectionEnd) text.select();
    now.entered = false;
  };
  text.oninput = () => {
    now.typing = true;
    clearTimeout(now.pause);
    now.pause = setTimeout(() => send({ text: text.value, draft: true }), 700);
  };
  text.onblur = commit;
  text.onkeydown = (event) => {
    if (event.key === "Enter") commit();
    else if (event.key === "Escape") {
      clearTimeout(now.pause);
      now.typing = false;
      text.value = now.data.text;
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") press(event);
  };

  // --- words --------------------------------------------------------------------------------------
  const say = (element, words) => {
    if (element.textContent !== words) element.textContent = words; // an alert speaks at every change
  };
  say(label, data.label);
  slider.setAttribute("aria-label", data.label);
  say(help, data.help);
  say(problem, data.problem);
  more.hidden = !data.help;
  more.setAttribute("aria-label", data.about);
  more.onclick = () => {
    help.hidden = !help.hidden;
    more.setAttribute("aria-expanded", String(!help.hidden));
  };
  text.setAttribute("aria-invalid", String(Boolean(data.problem)));

  // --- Python's answer: it wins unless the learner is at it or has an edit on the way --------------
  if (data.writes !== now.writes) {
    now.writes = data.writes;
    now.answered = now.count;
    if (!now.dragging) now.next = null;
  }
  now.answered = Math.max(now.answered, data.echo);
  const isAnswered = now.answered >= now.count;
  if (isAnswered && now.timer) release();
  if (isAnswered && !now.dragging && !now.next && !now.timer) {
    now.value = data.value;
    slider.value = toPlace(clip(data.value));
    if (!now.typing) text.value = data.text;
  }
  paint(now.value);
}

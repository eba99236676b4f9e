// The time line: incidents by class above, their dead below, and the change against the period before.

const monthOf = (day) => {
  const date = new Date(day * 864e5);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};
const monthStart = (month) => Date.UTC(Math.floor(month / 12), month % 12, 1) / 864e5;
// a unit of time: the number of the one that a day lies in, the day on which one begins, how one is called.
// 1970-01-01 was a Thursday, so weeks begin on day -3 and every seventh from there
const UNITS = [
  { name: "day", of: (day) => day, start: (n) => n, text: (n) => dayText(n) },
  {
    name: "week",
    of: (day) => Math.floor((day + 3) / 7),
    start: (n) => n * 7 - 3,
    text: (n) => "week of " + dayText(n * 7 - 3),
  },
  { name: "month", of: monthOf, start: monthStart, text: (n) => dayText(monthStart(n)).slice(0, 7) },
  {
    name: "year",
    of: (day) => Math.floor(monthOf(day) / 12),
    start: (n) => monthStart(n * 12),
    text: (n) => String(n),
  },
  {
    name: "decade",
    of: (day) => Math.floor(monthOf(day) / 120),
    start: (n) => monthStart(n * 120),
    text: (n) => n * 10 + "s",
  },
];
const RECENT = 30;
const FEWEST_BEFORE = 10;

// the first and the last day of these rows; null where none is dated
function ends(rows) {
  let [first, last] = [Infinity, -Infinity];
  for (const i of rows) {
    const day = OF_ROW.day[i];
    if (day === NONE) continue;
    if (day < first) first = day;
    if (day > last) last = day;
  }
  return first > last ? null : { first, last };
}

// equal spans of time with how many rows begin in each and how many died: of the unit asked for unless it would not
// fit, else of the finest that is legible
function spans(rows) {
  const whole = ends(rows);
  if (!whole) return null;
  const [from, to] = [dayNumber(state.from), dayNumber(state.to)];
  const first = from === from ? Math.min(from, whole.first) : whole.first;
  const last = to === to ? Math.max(to, whole.last) : whole.last;
  const fits = (unit, most) => unit.of(last) - unit.of(first) < most;
  const asked = UNITS.find(({ name }) => name === state.unit);
  const isMet = asked && fits(asked, MOST.finest);
  const unit = isMet ? asked : UNITS.find((one) => fits(one, MOST.bins)) || UNITS[UNITS.length - 1];
  const base = unit.of(first);
  const bins = Array.from({ length: unit.of(last) - base + 1 }, (_, n) => ({
    from: unit.start(base + n),
    to: unit.start(base + n + 1) - 1,
    text: unit.text(base + n),
    n: 0,
    dead: 0,
    kinds: new Int32Array(CLASSES.length),
  }));
  // of many rows there are few days
  const { days, rank, dead, kind } = OF_ROW;
  const [kinds, died] = [new Int32Array(days.length * CLASSES.length), new Int32Array(days.length)];
  for (const i of rows) {
    if (rank[i] === NONE) continue;
    kinds[rank[i] * CLASSES.length + kind[i]] += 1;
    died[rank[i]] += dead[i];
  }
  days.forEach((day, n) => {
    const of = kinds.subarray(n * CLASSES.length, (n + 1) * CLASSES.length);
    if (!of.some(Boolean)) return;
    const bin = bins[unit.of(day) - base];
    bin.dead += died[n];
    of.forEach((count, one) => {
      bin.n += count;
      bin.kinds[one] += count;
    });
  });
  return { unit, bins, isRefused: Boolean(asked) && !isMet };
}

const chooseDays = (from, to) => choose({ from: dayText(from), to: dayText(to) });

let drawnTime = null;
function drawTime(told) {
  drawnTime = told;
  const { rows } = told;
  const spanned = spans(rows);
  let undated = 0;
  for (const i of rows) if (OF_ROW.day[i] === NONE) undated += 1;
  byId("wholespan").hidden = !state.from && !state.to;
  byId("change").textContent = change(told);
  byId("timehelp").textContent = spanned
    ? `${what()} a ${spanned.unit.name} above, dead below; choose a bar, or drag over several.` +
      (spanned.isRefused ? ` A ${state.unit} would be too small to see over this span.` : "") +
      (undated ? ` ${number(undated)} undated.` : "")
    : "Nothing dated.";
  byId("timeline").replaceChildren();
  byId("timetable").replaceChildren();
  if (!spanned) return;
  byId("timeline").append(timeChart(spanned, rows.length - undated));
  const lines = [];
  spanned.bins.forEach((bin, n) => {
    if (!bin.n) return;
    const before = n ? spanned.bins[n - 1] : null;
    const button = plainButton(bin.text, () => chooseDays(bin.from, bin.to));
    lines.push(lineOf(button, bin.n, before ? signed(bin.n - before.n) : "", bin.dead));
  });
  const head = [[spanned.unit.name], [what(), true], [`Against the ${spanned.unit.name} before`], ["Dead", true]];
  byId("timetable").append(table(`${what()} a ` + spanned.unit.name, head, lines));
}

// the days that were chosen against as many before them; of no days, the newest thirty against the thirty before
function change({ rows, past }) {
  const sum = (some) => [some.length, some.reduce((dead, i) => dead + OF_ROW.dead[i], 0)];
  let [now, then, span, days] = [rows, past?.rows, `${state.from} to ${state.to}`, 0];
  if (past) days = dayNumber(state.to) - dayNumber(state.from) + 1;
  else {
    const whole = !state.from && !state.to && ends(rows);
    if (!whole || whole.last - whole.first < RECENT) return "";
    const { day: of } = OF_ROW;
    const since = (day) => rows.filter((i) => of[i] > day - RECENT && of[i] <= day);
    [now, then, days] = [since(whole.last), since(whole.last - RECENT), RECENT];
    span = `The ${RECENT} days up to ${dayText(whole.last)}`;
  }
  if (days < 1) return "";
  const [[n, dead], [nBefore, deadBefore]] = [sum(now), sum(then)];
  const rowsAre = what().toLowerCase();
  // of a few rows a share says nothing
  const percent = nBefore >= FEWEST_BEFORE ? `, ${signed(Math.round((100 * (n - nBefore)) / nBefore))} %` : "";
  return (
    `${span}: ${some(n, rowsAre.slice(0, -1), rowsAre)} (${signed(n - nBefore)}${percent}) and ` +
    `${number(dead)} dead (${signed(dead - deadBefore)}) against the ${some(days, "day", "days")} before.`
  );
}

const CHART = { incidents: 96, gap: 20, dead: 52, foot: 20 };
function timeChart({ unit, bins }, dated) {
  const width = Math.max(240, byId("timeline").clientWidth || 600);
  const ground = 14 + CHART.incidents;
  const top = ground + CHART.gap;
  const height = top + CHART.dead + CHART.foot;
  const [most, mostDead] = ["n", "dead"].map((of) => bins.reduce((max, bin) => Math.max(max, bin[of]), 1));
  const step = (width - 2) / bins.length;
  const wide = Math.min(40, Math.max(1, step - (step > 4 ? 1 : 0)));
  const span = `${bins[0].text} to ${bins[bins.length - 1].text}`;
  const name = `Time line: ${number(dated)} ${what().toLowerCase()} a ${unit.name}, ${span}`;
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": name });
  chart.style.height = `${height}px`;
  for (const y of [ground, top + CHART.dead]) chart.append(svg("line", { x1: 0, x2: width, y1: y, y2: y }));
  const bar = (x, y, tall, kind) => svg("rect", { class: kind, x, y, width: wide, height: tall });
  bins.forEach((bin, n) => {
    if (!bin.n) return;
    const x = 1 + n * step + (step - wide) / 2;
    const before = n ? `, ${signed(bin.n - bins[n - 1].n)} against the ${unit.name} before` : "";
    const group = svg("g", {}, svg("title", {}, `${bin.text}: ${number(bin.n)}${before}; dead: ${number(bin.dead)}`));
    let y = ground;
    bin.kinds.forEach((of, kind) => {
      const tall = (CHART.incidents * of) / most;
      if (of) group.append(bar(x, (y -= tall), tall, "kind" + kind));
    });
    const tall = (CHART.dead * bin.dead) / mostDead;
    if (bin.dead) group.append(bar(x, top + CHART.dead - Math.max(1, tall), Math.max(1, tall), "dead"));
    chart.append(group);
  });
  const write = (x, y, anchor, text) => chart.append(svg("text", { x, y, "text-anchor": anchor }, text));
  write(0, 11, "start", `${what().toLowerCase()}, most: ${number(most)}`);
  write(0, top - 4, "start", `dead, most: ${number(bins.reduce((max, bin) => Math.max(max, bin.dead), 0))}`);
  write(0, height - 5, "start", bins[0].text);
  if (bins.length > 1) write(width, height - 5, "end", bins[bins.length - 1].text);
  const brush = svg("rect", { class: "brush", x: 0, y: 0, width: 0, height: height - CHART.foot });
  chart.append(brush);
  brushing(chart, brush, step, bins);
  return chart;
}
function brushing(chart, brush, step, bins) {
  let begun = null;
  const binAt = (event) => {
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
    return Math.min(bins.length - 1, Math.max(0, Math.floor((x - 1) / step)));
  };
  const range = (event) => [begun, binAt(event)].sort((a, b) => a - b);
  chart.addEventListener("pointerdown", (event) => {
    begun = binAt(event);
    chart.setPointerCapture(event.pointerId);
  });
  chart.addEventListener("pointermove", (event) => {
    if (begun === null) return;
    const [first, last] = range(event);
    brush.setAttribute("x", 1 + first * step);
    brush.setAttribute("width", (last - first + 1) * step);
  });
  chart.addEventListener("pointerup", (event) => {
    if (begun === null) return;
    const [first, last] = range(event);
    begun = null;
    chooseDays(bins[first].from, bins[last].to);
  });
  chart.addEventListener("pointercancel", () => {
    begun = null;
    brush.setAttribute("width", 0);
  });
}

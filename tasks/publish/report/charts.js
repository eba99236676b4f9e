// The time line, kinds over time, casualties, and who against whom, of the rows that pass the filters.

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

// equal spans of time over these rows, with how many begin in each: the finest unit that is still legible
function spans(rows) {
  let first = Infinity;
  let last = -Infinity;
  for (const i of rows) {
    if (WHEN[i] === null) continue;
    first = Math.min(first, WHEN[i]);
    last = Math.max(last, WHEN[i]);
  }
  if (first > last) return null;
  const unit = UNITS.find((u) => u.of(last) - u.of(first) < MOST.bins) || UNITS[UNITS.length - 1];
  const base = unit.of(first);
  const bins = Array.from({ length: unit.of(last) - base + 1 }, (_, n) => ({
    from: unit.start(base + n),
    to: unit.start(base + n + 1) - 1,
    text: unit.text(base + n),
    n: 0,
  }));
  const binOf = (i) => (WHEN[i] === null ? -1 : unit.of(WHEN[i]) - base);
  for (const i of rows) if (WHEN[i] !== null) bins[binOf(i)].n += 1;
  return { unit, bins, binOf };
}

const chooseDays = (from, to) => choose({ from: dayText(from), to: dayText(to) });

let timeRows = [[], []];
function drawTimeline(anyDay, rows) {
  timeRows = [anyDay, rows];
  const told = spans(rows);
  const undated = rows.filter((i) => WHEN[i] === null).length;
  byId("wholespan").hidden = !state.from && !state.to;
  const box = byId("timeline");
  box.replaceChildren();
  byId("timetable").replaceChildren();
  byId("timehelp").textContent = told
    ? `Events a ${told.unit.name}; choose a bar, or drag over several.${undated ? ` ${number(undated)} undated.` : ""}`
    : "No dated events.";
  if (!told) return;
  const width = Math.max(240, box.clientWidth || 600);
  const height = 144;
  const ground = height - 22;
  const { bins } = told;
  const most = bins.reduce((top, bin) => Math.max(top, bin.n), 1);
  const step = (width - 2) / bins.length;
  const ends = `${bins[0].text} to ${bins[bins.length - 1].text}`;
  const summary = `Time line: ${number(rows.length - undated)} events, ${ends}`;
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": summary });
  chart.append(svg("line", { x1: 0, x2: width, y1: ground, y2: ground }));
  bins.forEach((bin, n) => {
    if (!bin.n) return;
    const tall = Math.max(1.5, ((ground - 16) * bin.n) / most);
    const wide = Math.min(40, Math.max(1, step - 1));
    const title = svg("title", {}, `${bin.text}: ${number(bin.n)}`);
    chart.append(
      svg(
        "rect",
        { class: "bar", x: 1 + n * step + (step - 1 - wide) / 2, width: wide, y: ground - tall, height: tall },
        title,
      ),
    );
  });
  const write = (x, y, anchor, text) => chart.append(svg("text", { x, y, "text-anchor": anchor }, text));
  write(0, 11, "start", `most: ${number(most)}`);
  write(0, height - 5, "start", bins[0].text);
  if (bins.length > 1) write(width, height - 5, "end", bins[bins.length - 1].text);
  const brush = svg("rect", { class: "brush", x: 0, y: 0, width: 0, height: ground });
  chart.append(brush);
  brushing(chart, brush, step, bins);
  box.append(chart);
  const lines = bins
    .filter((bin) => bin.n)
    .map((bin) =>
      el(
        "tr",
        {},
        el(
          "th",
          { scope: "row" },
          plainButton(bin.text, () => chooseDays(bin.from, bin.to)),
        ),
        el("td", { class: "n" }, number(bin.n)),
      ),
    );
  byId("timetable").append(table("Events a " + told.unit.name, [[told.unit.name], ["Events", true]], lines));
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

function drawKinds(rows) {
  const told = spans(rows);
  const counted = count(rows.map(kindOf));
  const series = new Map(
    counted.slice(0, MOST.kinds).map(([kind]) => [kind, new Array(told ? told.bins.length : 0).fill(0)]),
  );
  if (told) {
    for (const i of rows) {
      const bin = told.binOf(i);
      const of = series.get(kindOf(i));
      if (bin >= 0 && of) of[bin] += 1;
    }
  }
  const lines = counted.slice(0, MOST.kinds).map(([kind, n]) => {
    const of = series.get(kind);
    const top = of.reduce((a, b) => Math.max(a, b), 0);
    const most = top ? `most ${number(top)}, ${told.bins[of.indexOf(top)].text}` : "undated";
    return el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        plainButton(label("event_type", kind), () => choose({ kind })),
      ),
      el("td", { class: "n" }, number(n)),
      el("td", {}, spark(of, top), el("span", { class: "unseen" }, most)),
    );
  });
  const unit = told ? `each ${told.unit.name}, ${told.bins[0].text} to ${told.bins[told.bins.length - 1].text}` : "";
  const more = counted.length > MOST.kinds ? `${counted.length - MOST.kinds} rarer kinds are left out. ` : "";
  byId("kindtable").replaceChildren(
    table("Kinds over time", [["Kind"], ["Events", true], ["Over time"]], lines),
    el("p", {}, `${more}${unit ? `Bars: ${unit}; each row to its own scale.` : ""}`),
  );
}
function spark(values, top) {
  const step = 200 / Math.max(1, values.length);
  const path = values
    .map((n, i) => (n ? `M${((i + 0.5) * step).toFixed(1)} 24V${(23 - (21 * n) / top).toFixed(1)}` : ""))
    .join("");
  const wide = Math.min(12, Math.max(1, step * 0.8)).toFixed(1);
  return svg(
    "svg",
    { viewBox: "0 0 200 24", class: "spark", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { d: path, "stroke-width": wide }),
  );
}

// sums over the incidents that happened, each once; without a best figure the low one stands in, without an upper
// bound the best
function drawCasualties(rows) {
  const single = incidentsOf(rows.filter((i) => hasHappened(i)));
  const sums = ["killed", "injured", "captured"].map((kind) => {
    const [lows, bests, highs] = ["low", "best", "high"].map((end) => INCIDENTS[`${kind}_${end}`]);
    const sum = { kind, incidents: 0, low: 0, best: 0, high: 0, isOpen: false, hasBest: Boolean(bests) };
    for (const i of single) {
      if (lows[i] === null && highs[i] === null) continue;
      const best = (bests ? bests[i] : null) ?? lows[i] ?? 0;
      sum.incidents += 1;
      sum.low += lows[i] ?? 0;
      sum.best += best;
      sum.high += highs[i] ?? best;
      sum.isOpen = sum.isOpen || highs[i] === null;
    }
    return sum;
  });
  const top = Math.max(1, ...sums.map((sum) => sum.high));
  const lines = sums.map((sum) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, sum.kind[0].toUpperCase() + sum.kind.slice(1)),
      ...[sum.incidents, sum.low, sum.hasBest ? sum.best : null].map((n) =>
        el("td", { class: "n" }, n === null ? "–" : number(n)),
      ),
      el("td", { class: "n" }, number(sum.high) + (sum.isOpen ? " or more" : "")),
      el("td", {}, sum.incidents ? rangeBar(sum, top) : ""),
    ),
  );
  const head = [["People"], ["Incidents that tell", true], ["Low", true], ["Best", true], ["High", true], ["Range"]];
  const unknown = single.filter((i) => INCIDENTS.casualties_unknown[i]).length;
  byId("casualties").replaceChildren(
    scrolling("Casualties", table("Casualties", head, lines)),
    el(
      "p",
      {},
      `Over ${number(single.length)} single incidents that happened, each once with all its phases; plans, denials and ` +
        "rows that sum many are left out. " +
        `${number(unknown)} say that the number is not known. Incidents that tell nothing count as nothing.`,
    ),
  );
}
function rangeBar(sum, top) {
  const x = (n) => 6 + (188 * n) / top;
  const line = svg("line", { x1: x(sum.low), x2: x(sum.high), y1: 12, y2: 12 });
  return svg(
    "svg",
    { viewBox: "0 0 200 24", class: "range", "aria-hidden": "true" },
    line,
    ...(sum.hasBest
      ? [svg("circle", { cx: x(sum.best), cy: 12, r: 6 })]
      : [svg("circle", { cx: x(sum.low), cy: 12, r: 3 }), svg("circle", { cx: x(sum.high), cy: 12, r: 3 })]),
  );
}

function drawMatrix(rows) {
  const pairs = new Map();
  for (const i of rows) {
    for (const actor of new Set(EVENTS.actors[i].map((party) => PARTY_NAMES[party]))) {
      for (const recipient of new Set(EVENTS.recipients[i].map((party) => PARTY_NAMES[party]))) {
        const key = actor + "\n" + recipient;
        pairs.set(key, (pairs.get(key) || 0) + 1);
      }
    }
  }
  const box = byId("matrix");
  if (!pairs.size) return box.replaceChildren(el("p", {}, "No event here names both sides."));
  const commonest = (told) =>
    [...told]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, MOST.matrix)
      .map(([name]) => name);
  const sums = [new Map(), new Map()];
  const add = (n, name, events) => sums[n].set(name, (sums[n].get(name) || 0) + events);
  for (const [key, events] of pairs) add(0, key.split("\n")[0], events);
  const actors = commonest(sums[0]);
  // the recipients are those of these actors, so that no row stays empty that need not
  for (const [key, events] of pairs) if (actors.includes(key.split("\n")[0])) add(1, key.split("\n")[1], events);
  const recipients = commonest(sums[1]);
  const most = Math.max(...pairs.values());
  const lines = actors.map((actor) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, actor),
      recipients.map((recipient) => {
        const n = pairs.get(actor + "\n" + recipient);
        if (!n) return el("td", {});
        const cell = el(
          "td",
          {},
          plainButton(number(n), () => choose({ actor, recipient }), {
            "aria-label": `${n} ${n > 1 ? "events" : "event"}: ${actor} against ${recipient}`,
          }),
        );
        cell.style.backgroundColor = `rgba(var(--heat), ${(0.08 + (0.42 * n) / most).toFixed(2)})`;
        return cell;
      }),
    ),
  );
  const grid = table("Who against whom", [["Actor ↓ recipient →"], ...recipients.map((name) => [name])], lines, {
    class: "matrix",
  });
  box.replaceChildren(
    scrolling("Who against whom", grid),
    el("p", {}, "Events that name both, the commonest actors and recipients. Choose a number to see them."),
  );
}

// Who held which place when, as bars: a line a place, a bar from each change to the next.

function drawControl() {
  const told = TEXTS.territory.filter(passesControl);
  const places = new Map();
  for (const change of told) {
    const key = change[0] || change[1];
    if (!places.has(key)) places.set(key, []);
    places.get(key).push(change);
  }
  const box = byId("control");
  if (!places.size) return box.replaceChildren(el("p", {}, "No change of control is told of what is chosen."));
  // what changed hands most often first, then what did so last
  const newest = (of) => of[of.length - 1][4];
  const listed = [...places.values()].sort(
    (a, b) => b.length - a.length || newest(b) - newest(a) || (a[0][1] < b[0][1] ? -1 : 1),
  );
  const top = listed.slice(0, MOST.held);
  const holders = new Map();
  for (const [, , , , , key, name] of told) holders.set(key, { name, n: (holders.get(key)?.n || 0) + 1 });
  const ranked = [...holders].sort((a, b) => b[1].n - a[1].n || (a[0] < b[0] ? -1 : 1));
  const colours = new Map(ranked.map(([key], n) => [key, Math.min(n, 6)]));
  const legend = ranked
    .slice(0, 6)
    .map(([, { name }], n) => el("span", {}, el("span", { class: "swatch held" + n }), ` ${name}`));
  if (ranked.length > 6) legend.push(el("span", {}, el("span", { class: "swatch held6" }), " others"));
  return box.replaceChildren(
    el("p", { class: "legend" }, ...legend),
    scrolling("Control over time", controlChart(top, colours)),
    el(
      "p",
      {},
      listed.length > top.length ? `${number(listed.length - top.length)} more places stand in the table.` : "",
    ),
  );
}
// a change is shown where its place and the days and actors of the filters agree with it
function passesControl([id, place, admin1, country, , key, , before]) {
  const { chosen } = state;
  const isIn = (name, value) => !chosen[name]?.size || chosen[name].has(value);
  const holds = !chosen.actor?.size || chosen.actor.has(key) || chosen.actor.has(before);
  return isIn("country", country) && isIn("admin1", `${country}/${admin1}`) && isIn("place", id || place) && holds;
}

const HELD = { name: 150, line: 24, head: 18 };
function controlChart(places, colours) {
  const days = places.flatMap((of) => of.map((change) => change[4]));
  const first = Math.min(...days);
  const last = Math.max(...days.map((day) => day + 1), OF_ROW.newest);
  const width = Math.max(460, byId("control").clientWidth || 600);
  const height = HELD.head + places.length * HELD.line;
  const x = (day) => HELD.name + ((width - HELD.name) * (day - first)) / Math.max(1, last - first);
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "control" });
  chart.setAttribute(
    "aria-label",
    `Control of ${some(places.length, "place", "places")} over time; the table tells the same`,
  );
  chart.style.height = `${height}px`;
  chart.append(svg("text", { x: HELD.name, y: 12 }, dayText(first)));
  chart.append(svg("text", { x: width, y: 12, "text-anchor": "end" }, dayText(last)));
  places.forEach((changes, line) => {
    const y = HELD.head + line * HELD.line;
    const name = changes[0][1].length > 22 ? changes[0][1].slice(0, 21) + "…" : changes[0][1];
    chart.append(svg("text", { x: 0, y: y + 15 }, svg("title", {}, changes[0][1]), name));
    changes.forEach(([, place, , , day, key, holder, , before, , row], n) => {
      const end = n + 1 < changes.length ? changes[n + 1][4] : last;
      const said = `${place}, ${dayText(day)}: ${holder}${before ? `, before: ${before}` : ""}`;
      const wide = Math.max(4, x(end) - x(day));
      const facts = { class: "held held" + colours.get(key), x: x(day), y: y + 2, width: wide, height: HELD.line - 5 };
      const bar = svg("rect", facts, svg("title", {}, said));
      if (row !== null) bar.addEventListener("click", () => openRow(row));
      chart.append(bar);
    });
  });
  return chart;
}

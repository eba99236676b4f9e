// What is shown: the state, kept in the address so that a view can be kept and sent, and the rows that pass it.

const FIELDS = ["q", "from", "to", "kind", "certainty", "actor", "recipient", "place", "sort"];
const state = {};
const isWhole = () => FIELDS.every((name) => !state[name] || name === "sort");

function readAddress() {
  const told = new URLSearchParams(location.hash.slice(1));
  for (const name of FIELDS) state[name] = told.get(name) || "";
  state.page = Math.max(1, parseInt(told.get("page"), 10) || 1);
  state.open = told.get("open") || "";
  for (const name of FIELDS) byId("filters").elements[name].value = state[name];
}
function writeAddress() {
  const told = new URLSearchParams();
  for (const name of FIELDS) if (state[name]) told.set(name, state[name]);
  if (state.page > 1) told.set("page", state.page);
  if (state.open) told.set("open", state.open);
  const text = told.toString();
  try {
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  } catch (error) {
    location.hash = text; // a page inside a frame of no origin may not replace its address
  }
}
function choose(changes) {
  Object.assign(state, { page: 1 }, changes);
  for (const name of FIELDS) byId("filters").elements[name].value = state[name];
  apply();
}

// what a text names: a name that the release has, as a whole; else every name that holds it
function matching(names, text) {
  const sought = text.trim().toLowerCase();
  if (!sought) return null;
  const lower = names.map((name) => name.toLowerCase());
  return lower.includes(sought) ? lower.map((name) => name === sought) : lower.map((name) => name.includes(sought));
}

// the rows that pass all filters but that of dates, then those that pass this too
function filtered() {
  const from = dayNumber(state.from);
  const to = dayNumber(state.to);
  const actor = matching(PARTY_NAMES, state.actor);
  const recipient = matching(PARTY_NAMES, state.recipient);
  const place = matching(PLACE_NAMES, state.place);
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const texts = words.length ? haystack() : null;
  const anyDay = [];
  const rows = [];
  for (let i = 0; i < COUNT; i++) {
    if (state.kind && kindOf(i) !== state.kind) continue;
    if (state.certainty === "happened" ? !hasHappened(i) : state.certainty && certaintyOf(i) !== state.certainty)
      continue;
    if (place && !place[EVENTS.place[i]]) continue;
    if (recipient && !EVENTS.recipients[i].some((party) => recipient[party])) continue;
    // with a recipient, the actor is the one that acts
    if (actor && !EVENTS.actors[i].some((party) => actor[party])) {
      if (recipient || !EVENTS.recipients[i].some((party) => actor[party])) continue;
    }
    if (texts && !words.every((sought) => texts[i].includes(sought))) continue;
    anyDay.push(i);
    if (from === from && !(WHEN[i] !== null && WHEN[i] >= from)) continue;
    if (to === to && !(WHEN[i] !== null && WHEN[i] <= to)) continue;
    rows.push(i);
  }
  return { anyDay, rows };
}

// rows lie newest first; a sort by figures keeps that order among equals
function ordered(rows) {
  const figure = { killed: EVENTS.killed_best, told: EVENTS.mention_count }[state.sort];
  const value = (i) => figure[i] ?? (state.sort === "killed" ? EVENTS.killed_low[i] : null) ?? -1;
  if (figure) return [...rows].sort((a, b) => value(b) - value(a));
  return state.sort === "oldest" ? [...rows].reverse() : rows;
}

let shown = [];
function apply({ fit = true } = {}) {
  const { anyDay, rows } = filtered();
  shown = ordered(rows);
  drawTimeline(anyDay, rows);
  drawCasualties(rows);
  drawKinds(rows);
  drawMatrix(rows);
  map.show(rows, fit);
  drawList();
  const all = DATA.total > COUNT ? ` (of ${number(DATA.total)} in the release)` : "";
  const incidents = `, ${number(incidentsOf(rows).length)} single incidents`;
  byId("count").textContent = `${number(rows.length)} of ${number(COUNT)} events${all}${incidents}`;
}

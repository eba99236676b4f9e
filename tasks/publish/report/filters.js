// What is shown: the state, kept in the address so that a view can be kept and sent, and the rows that pass it.

// each a list with counts: what a row has of it (`of`, and for several `at`, where they begin), what the address calls
// a value (`keys`), what the reader sees (`names`)
const FACETS = [];
// `ids` are those of rows that something else found, as a query does, with commas between them
const FIELDS = ["q", "ids", "from", "to", "rows", "sort", "size", "unit"];
const NARROWING = ["q", "ids", "from", "to"];
const NARROWED_BY_NONE = Object.fromEntries(NARROWING.map((name) => [name, ""]));
const state = { chosen: {}, page: 1, open: "" };
const CHOICES = { rows: ["", "other", "all"], sort: ["", "oldest", "killed", "told"], size: ["", "dead"] };
CHOICES.unit = ["", "day", "week", "month", "year"];

function facet(name, title, keys, names, of, at) {
  const missing = keys.length;
  const filled = at ? of : of.map((n) => (n < 0 ? missing : n));
  FACETS.push({ name, title, keys, names, of: filled, at, counts: new Int32Array(missing + 1) });
}
// a column of words, of which a row has one, or several
const wordFacet = (name, title, column, nameOf) =>
  facet(name, title, TEXTS.words[column], TEXTS.words[column].map(nameOf), COLUMNS[column], COLUMNS[column + "_at"]);

// values of places, told once each
function placeFacet(name, title, keyOf, nameOf) {
  const numbers = new Map();
  const names = [];
  const of = TEXTS.places.map((place, n) => {
    const key = keyOf(place, n);
    if (!key) return -1;
    if (!numbers.has(key)) names[numbers.size] = nameOf(place, n);
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key);
  });
  facet(
    name,
    title,
    [...numbers.keys()],
    names,
    COLUMNS.place.map((place) => of[place]),
  );
}
// lists made here: what each row has, as numbers
function madeFacet(name, title, keys, names, listed) {
  const at = new Int32Array(COUNT + 1);
  const of = [];
  for (let i = 0; i < COUNT; i++) {
    for (const n of listed(i)) of.push(n);
    at[i + 1] = of.length;
  }
  facet(name, title, keys, names, Int32Array.from(of), at);
}

const divisionKey = ([, , , admin1, country]) => (admin1 ? `${country}/${admin1}` : "");
const districtKey = ([, , admin2, admin1, country]) => (admin2 ? `${country}/${admin1 || ""}/${admin2}` : "");
const placeKey = ([id, name], n) => id || (name ? TEXTS.placeNames[n] : "");
function makeFacets() {
  const as = (list) => (code) => label(list, code);
  placeFacet(
    "country",
    "Country",
    (place) => place[4],
    (place) => countryName(place[4]),
  );
  placeFacet("admin1", "Province", divisionKey, ([, , , admin1, country]) => `${admin1}, ${countryName(country)}`);
  placeFacet("admin2", "District", districtKey, ([, , admin2, admin1, country]) =>
    [admin2, admin1, countryName(country)].filter(Boolean).join(", "),
  );
  placeFacet("place", "Place", placeKey, (place, n) => TEXTS.placeNames[n]);
  wordFacet("kind", "Kind", "incident_type_code", as("event_type"));
  wordFacet("acled", "ACLED type", "acled_event_type", (name) => name);
  wordFacet("weapon", "Weapon", "weapon_code", as("weapon"));
  wordFacet("target", "Target", "target_codes", as("target"));
  wordFacet("group", "Among the killed", "killed_groups", as("casualty_group"));
  const parties = TEXTS.parties.map(([key]) => key);
  const { actors, recipients, actors_at: by, recipients_at: against } = COLUMNS;
  madeFacet("actor", "Actor, on either side", parties, TEXTS.partyNames, (i) => {
    return new Set([...listOf("actors", i), ...listOf("recipients", i)]);
  });
  facet("by", "Who acts", parties, TEXTS.partyNames, actors, by);
  facet("against", "Against whom", parties, TEXTS.partyNames, recipients, against);
  wordFacet("publisher", "Publisher", "publishers", (name) => name || "publisher unknown");
  wordFacet("without", "Without the word of", "publishers", (name) => name || "publisher unknown");
  facetOf("without").isWithout = true;
  facetOf("without").note = "Leaves out what nobody else tells. Tolls stay as the release has them.";
  wordFacet("certainty", "Certainty", "certainty_code", certaintyLabel);
  const alone = ["one_side", "one_publisher"];
  madeFacet("alone", "One voice alone", alone, ["One side's word alone", "One publisher alone"], (i) => [
    ...(word("certainty_code", i) === "claimed" ? [0] : []),
    ...(COLUMNS.publisher_count[i] === 1 ? [1] : []),
  ]);
  const apart = {
    killed: "Tolls apart",
    injured: "Injured apart",
    culprit: "Who did it",
    place: "Where it was",
    denial: "Asserted and denied",
  };
  wordFacet("contradiction", "Contradictions", "contradictions", (kind) => apart[kind]);
  for (const { name } of FACETS) state.chosen[name] = new Set();
}
const facetOf = (name) => FACETS.find((known) => known.name === name);

const isWhole = () =>
  NARROWING.every((name) => !state[name]) && FACETS.every(({ name }) => !state.chosen[name].size);

function readAddress() {
  const told = new URLSearchParams(location.hash.slice(1));
  for (const name of FIELDS) {
    const value = told.get(name) || "";
    state[name] = CHOICES[name] && !CHOICES[name].includes(value) ? "" : value;
  }
  for (const { name } of FACETS) state.chosen[name] = new Set(told.getAll(name));
  state.page = Math.max(1, parseInt(told.get("page"), 10) || 1);
  state.open = told.get("open") || "";
  fillForm();
}
function fillForm() {
  for (const name of FIELDS) byId("filters").elements[name].value = state[name];
}
function addressOf(view) {
  const told = new URLSearchParams();
  for (const name of FIELDS) if (view[name]) told.set(name, view[name]);
  for (const { name } of FACETS) for (const key of view.chosen[name] || []) told.append(name, key);
  if (view.page > 1) told.set("page", view.page);
  if (view.open) told.set("open", view.open);
  return told.toString();
}
function writeAddress(isNew) {
  const text = addressOf(state);
  if (text === location.hash.slice(1)) return;
  try {
    const address = text ? "#" + text : location.pathname + location.search;
    history[isNew ? "pushState" : "replaceState"](null, "", address);
  } catch (error) {
    location.hash = text; // a page inside a frame of no origin may not replace its address
  }
}
// change fields and lists: choose({ from, to }), choose({}, { actor: ["m23"] })
function choose(changes, chosen = {}) {
  Object.assign(state, { page: 1 }, changes);
  for (const [name, keys] of Object.entries(chosen)) state.chosen[name] = new Set(keys);
  fillForm();
  apply({ isNew: true });
}
// the page of an actor or a place: all that is of it, and nothing else chosen
function visit(name, key) {
  for (const known of FACETS) state.chosen[known.name] = new Set();
  choose({ ...NARROWED_BY_NONE, open: "" }, { [name]: [key] });
  byId("profile").scrollIntoView({ block: "start" });
  byId("profilename")?.focus({ preventScroll: true });
}

// of each value whether it is chosen
function masks() {
  return FACETS.filter(({ name }) => state.chosen[name].size).map((known) => {
    const mask = new Uint8Array(known.keys.length + 1);
    known.keys.forEach((key, n) => {
      if (state.chosen[known.name].has(key)) mask[n] = 1;
    });
    return { known, mask, near: [] };
  });
}
function has({ known: { of, at, isWithout }, mask }, i) {
  if (!at) return mask[of[i]] === 1;
  if (isWithout) {
    // who is left besides those whose word is not taken
    for (let n = at[i], end = at[i + 1]; n < end; n++) if (!mask[of[n]]) return true;
    return at[i] === at[i + 1];
  }
  for (let n = at[i], end = at[i + 1]; n < end; n++) if (mask[of[n]]) return true;
  return false;
}

// the rows that have a word in a name or a sentence, as flags; names are looked through once each, not once a row
const found = new Map();
function rowsWith(sought) {
  const key = sought + (sentences.isRead ? "\n" : "");
  if (found.has(key)) return found.get(key);
  const flags = new Uint8Array(COUNT);
  const inNames = (names) => {
    const hits = Uint8Array.from(names, (name) => (name.toLowerCase().includes(sought) ? 1 : 0));
    return hits.includes(1) ? hits : null;
  };
  const ofOne = (hits, of) => {
    if (hits) for (let i = 0; i < COUNT; i++) if (hits[of[i]]) flags[i] = 1;
  };
  const ofSeveral = (hits, of, at) => {
    if (!hits) return;
    for (let i = 0; i < COUNT; i++) for (let n = at[i]; n < at[i + 1]; n++) if (hits[of[n]]) flags[i] = 1;
  };
  const { place, actors, recipients, actors_at: by, recipients_at: on, incident_type_code: kind } = COLUMNS;
  const parties = inNames(TEXTS.partyNames);
  ofOne(inNames(TEXTS.placeNames), place);
  ofOne(inNames(TEXTS.words.incident_type_code.map((code) => label("event_type", code))), kind);
  ofSeveral(parties, actors, by);
  ofSeveral(parties, recipients, on);
  if (/^(in|ev)_/.test(sought)) IDS.forEach((id, i) => id.startsWith(sought) && (flags[i] = 1));
  if (sentences.isRead) seekSentences(sought, flags);
  if (found.size > 12) found.delete(found.keys().next().value);
  found.set(key, flags);
  return flags;
}
// All rows that pass, newest first, and of each list the rows that only it leaves out, so that its counts tell what
// choosing more of it would add. `before` is the same span of days before the one that was chosen.
function filtered() {
  const chosen = masks();
  const words = [...new Set(state.q.toLowerCase().split(/\s+/).filter(Boolean))].map(rowsWith);
  const [from, to] = [dayNumber(state.from), dayNumber(state.to)];
  const [first, last] = [from === from ? from : -Infinity, to === to ? to : Infinity];
  const dated = from === from || to === to;
  const past = from === from && to === to ? { first: from - (to - from + 1), rows: [] } : null;
  const flags = new Uint8Array(COUNT);
  const rows = new Int32Array(COUNT);
  let count = 0;
  const level = state.rows === "" ? 1 : state.rows === "other" ? 0 : -1;
  const alone = state.ids ? new Set(state.ids.split(",")) : null;
  for (let i = 0; i < COUNT; i++) {
    if (level >= 0 && COLUMNS.is_incident[i] !== level) continue;
    if (alone && !alone.has(IDS[i])) continue;
    let hasAll = true;
    for (let w = 0; w < words.length; w++) hasAll = hasAll && words[w][i] === 1;
    if (!hasAll) continue;
    let missed = null;
    let misses = 0;
    for (let f = 0; f < chosen.length && misses < 2; f++) {
      if (has(chosen[f], i)) continue;
      misses += 1;
      missed = chosen[f];
    }
    if (misses > 1) continue;
    const day = OF_ROW.day[i];
    if (dated && (day === NONE || day < first || day > last)) {
      if (past && !misses && day !== NONE && day >= past.first && day < first) past.rows.push(i);
      continue;
    }
    if (misses) missed.near.push(i);
    else {
      flags[i] = 1;
      rows[count++] = i;
    }
  }
  return { rows: rows.subarray(0, count), flags, chosen, past };
}

// rows lie newest first; an order by figures is made once, keeps that among equals, and is then only filtered
const orders = {};
function ordered({ rows, flags }) {
  if (state.sort === "oldest") return rows.slice().reverse();
  if (!state.sort) return rows;
  if (!orders[state.sort]) {
    const { killed_best: best, killed_low: low, mention_count: told } = COLUMNS;
    const value = state.sort === "killed" ? (i) => (best[i] === NONE ? low[i] : best[i]) : (i) => told[i];
    orders[state.sort] = Int32Array.from([...Array(COUNT).keys()].sort((a, b) => value(b) - value(a)));
  }
  return orders[state.sort].filter((i) => flags[i]);
}

let shown = { rows: new Int32Array(0), order: new Int32Array(0) };
function apply({ fit = true, isNew = false } = {}) {
  if (state.q && !sentences.isRead) seekLater();
  shown = filtered();
  shown.order = ordered(shown);
  drawCount();
  drawFacets();
  drawChosen();
  drawList();
  writeAddress(isNew);
  drawLater([
    () => drawProfile(shown.rows),
    () => drawTime(shown),
    () => map.show(shown.rows, fit),
    () => drawCasualties(shown.rows),
    () => drawPairs(shown.rows),
    () => drawControl(),
    () => drawContradictions(shown.rows),
  ]);
}
// Of many rows the list comes at once and the drawings one by one after it, unless something else is chosen meanwhile.
const AT_ONCE = 20_000;
let drawing = 0;
function drawLater(parts) {
  clearTimeout(drawing);
  if (COUNT <= AT_ONCE) return parts.forEach((part) => part());
  const next = (n) => {
    parts[n]();
    if (n + 1 < parts.length) drawing = setTimeout(next, 0, n + 1);
    else document.documentElement.dataset.drawn = "";
  };
  delete document.documentElement.dataset.drawn;
  drawing = setTimeout(next, 30, 0);
}
// what a row is, as heads of columns call it
const what = () => ({ "": "Incidents", other: "Events", all: "Rows" })[state.rows];
function drawCount() {
  const { rows } = shown;
  let dead = 0;
  for (const i of rows) dead += OF_ROW.dead[i];
  const words = { "": ["incident", "incidents"], other: ["other event", "other events"], all: ["row", "rows"] }[
    state.rows
  ];
  const level = state.rows === "" ? 1 : 0;
  const all = state.rows === "all" ? COUNT : level ? OF_ROW.incidents : COUNT - OF_ROW.incidents;
  const reading = state.q && !sentences.isRead ? "; sentences are being read" : "";
  byId("count").textContent =
    `${number(rows.length)} of ${some(all, ...words)}${dead ? `, ${number(dead)} dead` : ""}${reading}`;
}
function seekLater() {
  if (sentences.reading) return;
  const tell = (share) => {
    byId("reading").textContent = share < 1 ? `Reading sentences: ${Math.round(share * 100)} %` : "";
  };
  readSentences(tell).then(() => apply());
}

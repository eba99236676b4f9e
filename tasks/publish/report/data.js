"use strict";
// What lies in the page, unpacked, and the small helpers with which all else is built.
// Whatever comes from documents becomes text nodes or attributes of ours; nothing is parsed as HTML.

const NONE = -(2 ** 31);
const ROWS_A_PAGE = 50;
const MOST = { places: 15, kinds: 15, pairs: 12, bins: 110, finest: 400, countryNames: 45, names: 25, held: 24 };
const NOT_HAPPENED = ["planned", "hypothetical", "denied"];
// ACLED's types, each with the colour that it has on map and time line; what has none comes last
const CLASSES = [
  ["Battles", "--battles"],
  ["Explosions/Remote violence", "--explosions"],
  ["Violence against civilians", "--civilians"],
  ["Protests", "--protests"],
  ["Riots", "--riots"],
  ["Strategic developments", "--strategic"],
  ["none of ACLED's types", "--other"],
];

// texts and lists of the page; columns of numbers by name; how many rows; what is computed of each row
let TEXTS = null;
const COLUMNS = {};
let COUNT = 0;
let IDS = [];
const OF_ROW = {};

const byId = (id) => document.getElementById(id);
const number = (n) => n.toLocaleString("en");
const signed = (n) => (n > 0 ? "+" : n < 0 ? "−" : "±") + number(Math.abs(n));
const some = (n, one, many) => `${number(n)} ${n === 1 ? one : many}`;
const dayText = (day) => (day === NONE ? "" : new Date(day * 864e5).toISOString().slice(0, 10));
const dayNumber = (text) =>
  /^\d{4,}-\d\d-\d\d$/.test(text) ? Math.floor(Date.parse(text + "T00:00:00Z") / 864e5) : NaN;

async function inflated(id) {
  const letters = atob(byId(id).textContent);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
}
const inflatedJson = async (id) => JSON.parse(new TextDecoder().decode(await inflated(id)));

async function loadData() {
  TEXTS = await inflatedJson("texts");
  const numbers = await inflated("numbers");
  let at = 0;
  for (const [name, length] of TEXTS.layout) {
    COLUMNS[name] = new Int32Array(numbers, at * 4, length);
    at += length;
  }
  IDS = TEXTS.ids ? TEXTS.ids.split("\n") : [];
  COUNT = IDS.length;
  TEXTS.placeNames = TEXTS.places.map(([, name, , admin1, country]) => {
    const parts = [name, admin1, country && countryName(country)].filter(Boolean);
    return parts.filter((part, i) => parts.indexOf(part) === i).join(", ");
  });
  TEXTS.partyNames = TEXTS.parties.map(([key, name]) => name || key || "no name");
  describeRows();
  rankDays();
}

// of each row the first day on which it may have begun, else the last on which it may have ended; its dead, as a sum
// counts them (plans, denials and rows that sum many add none); and its class, which gives the colour
function describeRows() {
  const { date_start: first, date_end: last, killed_best: best, killed_low: low } = COLUMNS;
  const classes = TEXTS.words.acled_event_type.map((name) => CLASSES.findIndex(([known]) => known === name));
  const happened = TEXTS.words.status_code.map((code) => !NOT_HAPPENED.includes(code));
  Object.assign(OF_ROW, { newest: NONE, incidents: 0 });
  Object.assign(OF_ROW, { day: new Int32Array(COUNT), dead: new Int32Array(COUNT), kind: new Uint8Array(COUNT) });
  for (let i = 0; i < COUNT; i++) {
    OF_ROW.day[i] = first[i] === NONE ? last[i] : first[i];
    const counts = COLUMNS.is_incident[i] && !COLUMNS.is_aggregate[i] && happened[COLUMNS.status_code[i]];
    OF_ROW.dead[i] = counts ? Math.max(0, best[i] === NONE ? low[i] : best[i]) : 0;
    OF_ROW.incidents += COLUMNS.is_incident[i];
    if (COLUMNS.is_incident[i]) OF_ROW.newest = Math.max(OF_ROW.newest, OF_ROW.day[i]);
    OF_ROW.kind[i] = classes[COLUMNS.acled_event_type[i]] ?? CLASSES.length - 1;
  }
}

// the days that rows have, in order, and of each row the number of its day, NONE where undated
function rankDays() {
  OF_ROW.days = [...new Set(OF_ROW.day)].filter((day) => day !== NONE).sort((a, b) => a - b);
  const ranks = new Map(OF_ROW.days.map((day, n) => [day, n]));
  OF_ROW.rank = OF_ROW.day.map((day) => ranks.get(day) ?? NONE);
}

const word = (column, i) => (COLUMNS[column][i] === NONE ? null : TEXTS.words[column][COLUMNS[column][i]]);
const label = (list, code) => (TEXTS.labels[list] || {})[code] || code || "";
const kindOf = (i) => word("incident_type_code", i);
const statusOf = (i) => word("status_code", i);
const certaintyOf = (i) => word("certainty_code", i) || statusOf(i);
const certaintyLabel = (code) => TEXTS.labels.certainty[code] || label("status", code);
const hasHappened = (i) => !NOT_HAPPENED.includes(statusOf(i));
const isSingle = (i) => COLUMNS.is_incident[i] && !COLUMNS.is_aggregate[i];
const countryName = (code) => (TEXTS.countries[code] ? TEXTS.countries[code][0] : code);
const placeOf = (i) => TEXTS.places[COLUMNS.place[i]];
// the numbers that a column of lists holds for a row
const listOf = (name, i) => COLUMNS[name].subarray(COLUMNS[name + "_at"][i], COLUMNS[name + "_at"][i + 1]);
const namesOf = (name, i) => [...listOf(name, i)].map((n) => TEXTS.partyNames[n]);
const wordsOf = (name, i) => [...listOf(name, i)].map((n) => TEXTS.words[name][n]);

// an element with attributes; a function is a listener, children are nodes or text
function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat(2)) if (child !== null && child !== undefined && child !== "") node.append(child);
  return node;
}
function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
const plainButton = (text, onclick, attributes) =>
  el("button", { type: "button", class: "plain", click: onclick, ...attributes }, text);
const scrolling = (name, ...children) =>
  el("div", { class: "wide", role: "region", tabindex: "0", "aria-label": name }, children);

function table(name, head, rows, attributes) {
  const top = el(
    "tr",
    {},
    head.map(([text, right]) => el("th", { scope: "col", class: right ? "n" : null }, text)),
  );
  return el("table", { "aria-label": name, ...attributes }, el("thead", {}, top), el("tbody", {}, rows));
}
const lineOf = (head, ...cells) =>
  el(
    "tr",
    {},
    el("th", { scope: "row" }, head),
    cells.map((cell) => {
      if (cell instanceof HTMLTableCellElement) return cell;
      return typeof cell === "number" ? el("td", { class: "n" }, number(cell)) : el("td", {}, cell);
    }),
  );
function bounds(low, high) {
  if (low === null) return high === null ? "" : "up to " + number(high);
  if (high === null) return number(low) + " or more";
  return low === high ? number(low) : number(low) + " to " + number(high);
}
const figureAt = (name, i) => (COLUMNS[name][i] === NONE ? null : COLUMNS[name][i]);
const boundsOf = (kind, i) => bounds(figureAt(kind + "_low", i), figureAt(kind + "_high", i));
// what a map counts, most first, the same for the same rows
const commonest = (counted, most) => [...counted].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most);

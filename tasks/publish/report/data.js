"use strict";
// What lies in the page as JSON, and the small helpers with which all else is built.
// Whatever comes from documents becomes text nodes or attributes of ours; nothing is parsed as HTML.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const DATA = read("events");
const EVENTS = DATA.events;
const INCIDENTS = DATA.incidents;
const COUNT = EVENTS.event_id.length;
const ROWS_A_PAGE = 50;
const MOST = { places: 15, kinds: 15, matrix: 8, bins: 110, suggestions: 300, countryNames: 45 };
const NOT_HAPPENED = ["planned", "hypothetical", "denied"];

const word = (column, i) => (column[i] === null ? null : DATA.words[column[i]]);
const label = (list, code) => (DATA.labels[list] || {})[code] || code || "";
// the single incidents that these events are of
const incidentsOf = (rows) =>
  [...new Set(rows.map((i) => EVENTS.incident[i]))].filter((n) => n !== null && !INCIDENTS.is_aggregate[n]);
const kindOf = (i) => word(EVENTS.event_type_code, i);
const statusOf = (i) => word(EVENTS.status_code, i);
const certaintyOf = (i) => word(EVENTS.certainty_code, i) || statusOf(i);
const certaintyLabel = (code) => DATA.labels.certainty[code] || label("status", code);
const hasHappened = (i) => !NOT_HAPPENED.includes(statusOf(i));
const countryName = (code) => (DATA.countries[code] ? DATA.countries[code][0] : code);

// the first day on which an event may have begun, else the last one on which it may have ended; null where undated
const WHEN = EVENTS.date_start.map((day, i) => (day === null ? EVENTS.date_end[i] : day));
const PLACE_NAMES = DATA.places.map(([name, , admin1, country]) => {
  const parts = [name, admin1, country && countryName(country)].filter(Boolean);
  return parts.filter((part, i) => parts.indexOf(part) === i).join(", ");
});
const PARTY_NAMES = DATA.parties.map(([name]) => name || "");

// tellings are most of the page's bytes, and are read when the first event is opened or words are sought
let tellingsRead = null;
function tellings() {
  if (!tellingsRead) {
    tellingsRead = read("tellings");
    tellingsRead.first = new Int32Array(COUNT + 1).fill(-1);
    tellingsRead.mentions.event.forEach((event, row) => {
      if (tellingsRead.first[event] < 0) tellingsRead.first[event] = row;
    });
  }
  return tellingsRead;
}
function mentionsOf(i) {
  const { first, mentions } = tellings();
  const rows = [];
  for (let row = first[i]; row >= 0 && mentions.event[row] === i; row++) rows.push(row);
  return rows;
}

let haystackRead = null;
function haystack() {
  if (!haystackRead) {
    const { mentions, sentences } = tellings();
    const texts = PARTY_NAMES.map((name) => name.toLowerCase());
    const places = PLACE_NAMES.map((name) => name.toLowerCase());
    haystackRead = EVENTS.event_id.map((id, i) => {
      const who = [...EVENTS.actors[i], ...EVENTS.recipients[i]].map((party) => texts[party]);
      return [id, label("event_type", kindOf(i)).toLowerCase(), places[EVENTS.place[i]], ...who].join("\n");
    });
    mentions.event.forEach((event, row) => {
      haystackRead[event] += "\n" + sentences[mentions.sentence[row]][2].toLowerCase();
    });
  }
  return haystackRead;
}

const byId = (id) => document.getElementById(id);
const number = (n) => n.toLocaleString("en");
const dayText = (day) => (day === null ? "" : new Date(day * 864e5).toISOString().slice(0, 10));
const dayNumber = (text) =>
  /^\d{4,}-\d\d-\d\d$/.test(text) ? Math.floor(Date.parse(text + "T00:00:00Z") / 864e5) : NaN;

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
function bounds(low, high) {
  if (low === null) return high === null ? "" : "up to " + number(high);
  if (high === null) return number(low) + " or more";
  return low === high ? number(low) : number(low) + " to " + number(high);
}
function count(keys) {
  const counted = new Map();
  for (const key of keys) counted.set(key, (counted.get(key) || 0) + 1);
  return [...counted].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

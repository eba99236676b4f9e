"use strict";
// The tables, a query, and its rows.

const number = (n) => n.toLocaleString("en");
const some = (n, one, many) => `${number(n)} ${n === 1 ? one : many}`;
// rows that are drawn at a time, and letters of a cell that are shown before it is opened
const DRAWN = 200;
const LETTERS = 220;
// of a cell that keeps to one line
const SHORT = 32;
// columns that the report can open
const OPENED = /^(incident|event)_id(_\d+)?$/;
// incidents that are handed to the report: an address is no longer than browsers take
const MAPPED = 5_000;
let told = null;
// what was answered last, in the order in which it is shown
const answer = { columns: [], rows: [], order: null, shown: DRAWN, isMore: false };
let asked = 0;

async function post(name, body) {
  const reply = await fetch(name, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (reply.ok) return reply;
  const said = reply.status === 422 ? (await reply.json()).refused : `it was not answered (${reply.status})`;
  throw new Error(said);
}
function tellFault(text) {
  byId("fault").hidden = !text;
  byId("fault").textContent = text;
}
// while `work` is done nothing else is asked, and it can be stopped
async function busy(what, work) {
  const controls = ["run", "csv"].map(byId);
  for (const control of controls) control.disabled = true;
  byId("stop").hidden = false;
  byId("said").textContent = what;
  tellFault("");
  try {
    await work();
  } catch (error) {
    byId("said").textContent = "";
    tellFault(error instanceof TypeError ? "The command behind this page has ended; begin it anew." : error.message);
  }
  for (const control of controls) control.disabled = false;
  byId("stop").hidden = true;
  document.documentElement.dataset.answered = String(++asked);
}
const run = () =>
  busy("Asking …", async () => {
    byId("rows").hidden = byId("more").hidden = byId("onmap").hidden = true;
    const found = await (await post("ask", { sql: byId("sql").value })).json();
    Object.assign(answer, { columns: found.columns, rows: found.rows, order: null, shown: DRAWN, isMore: found.is_more });
    const first = `The first ${number(found.rows.length)} rows; “Save all rows as CSV” has the others`;
    byId("said").textContent = `${found.is_more ? first : some(found.rows.length, "row", "rows")}, ${found.seconds} s.`;
    draw();
    offerMap();
  });
const save = () =>
  busy("Saving …", async () => {
    const blob = await (await post("csv", { sql: byId("sql").value })).blob();
    const link = el("a", { href: URL.createObjectURL(blob), download: `${told.release}-query.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    byId("said").textContent = "Saved.";
  });

// the incidents of the rows in the report: on its map and time line, with its filters
function offerMap() {
  const column = answer.columns.indexOf("incident_id");
  const ids = [...new Set(answer.rows.map((row) => row[column]))].filter((id) => typeof id === "string");
  byId("onmap").hidden = !ids.length || !told.maps;
  byId("onmap").textContent = `${some(Math.min(MAPPED, ids.length), "incident", "incidents")} on the map`;
  byId("onmap").href = `report.html#${new URLSearchParams({ ids: ids.slice(0, MAPPED).join(",") })}`;
}

// nulls last whichever way; numbers by size, all else by its letters
function sortBy(column) {
  const isDown = answer.order?.column === column && !answer.order.isDown;
  answer.order = { column, isDown };
  const key = (row) => (typeof row[column] === "object" && row[column] !== null ? JSON.stringify(row[column]) : row[column]);
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1);
  answer.rows = answer.rows
    .map((row) => [key(row), row])
    .sort(([a], [b]) => {
      if (a === b) return 0;
      if (a === null || b === null) return a === null ? 1 : -1;
      return isDown ? compare(b, a) : compare(a, b);
    })
    .map(([, row]) => row);
  draw();
  byId("rows").querySelectorAll("th button")[column].focus();
}
function draw() {
  const isNumber = answer.columns.map((_, n) => answer.rows.every((row) => row[n] === null || typeof row[n] === "number"));
  const heads = answer.columns.map((name, n) => {
    const order = answer.order?.column === n ? (answer.order.isDown ? "descending" : "ascending") : null;
    const sign = order ? (answer.order.isDown ? " ↓" : " ↑") : "";
    const button = el("button", { type: "button", click: () => sortBy(n) }, name + sign);
    return el("th", { scope: "col", class: isNumber[n] ? "n" : null, "aria-sort": order }, button);
  });
  const lines = answer.rows.slice(0, answer.shown).map((row) => el("tr", {}, row.map((value, n) => cell(value, n, isNumber[n]))));
  byId("rows").replaceChildren(el("table", {}, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, lines)));
  byId("rows").hidden = false;
  const left = answer.rows.length - answer.shown;
  byId("more").hidden = left <= 0;
  byId("more").textContent = `Show ${number(Math.min(left, DRAWN))} more of ${number(left)}`;
}
function cell(value, column, isNumber) {
  if (value === null) return el("td", { class: isNumber ? "n none" : "none" }, "–");
  // as it is: 2,024 is no year
  if (typeof value === "number") return el("td", { class: "n" }, String(value));
  const text = typeof value === "object" ? listed(value) : String(value);
  if (OPENED.test(answer.columns[column])) return el("td", { class: "short" }, outward(`report.html#open=${encodeURIComponent(text)}`, text));
  if (/^https?:\/\/\S+$/.test(text)) return el("td", { class: "long" }, outward(text, text));
  if (text.length <= LETTERS) return el("td", { class: text.length > SHORT ? "long" : "short" }, text);
  const node = el("td", { class: "long" }, `${text.slice(0, LETTERS)} `);
  const open = () => node.replaceChildren(text);
  node.append(el("button", { type: "button", "aria-label": "the whole text", click: open }, "…"));
  return node;
}
const listed = (value) =>
  Array.isArray(value) && value.every((one) => typeof one !== "object") ? value.join("; ") : JSON.stringify(value);
const outward = (href, text) => el("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);

// tables and columns; what is chosen is put where the cursor stands
function insert(text) {
  const field = byId("sql");
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.focus();
}
const inserting = (text) => el("button", { type: "button", click: () => insert(text) }, text);
function columnBox(column) {
  const codes = told.codes[column.codes];
  const line = ([code, label, meaning]) => el("div", { class: "code" }, inserting(`'${code}'`), ` ${label}. ${meaning}`);
  const list = codes ? el("details", {}, el("summary", {}, `${codes.length} codes`), codes.map(line)) : null;
  return el(
    "div",
    { class: "column" },
    inserting(column.name),
    " ",
    el("span", { class: "type soft" }, column.type),
    el("div", { class: "soft" }, column.meaning),
    list,
  );
}
function drawTables() {
  const words = byId("seek").value.trim().toLowerCase();
  const fits = ({ name, meaning, codes }) =>
    `${name} ${meaning} ${(told.codes[codes] || []).map(([code, label]) => `${code} ${label}`).join(" ")}`.toLowerCase().includes(words);
  const boxes = told.tables.map((table) => {
    const columns = table.columns.filter(fits);
    if (!columns.length) return null;
    const box = el(
      "details",
      { class: "table", open: words !== "" },
      el("summary", {}, table.name, " ", el("span", { class: "soft" }, some(table.rows, "row", "rows"))),
    );
    // columns are made when they are looked at
    const fill = () => {
      if (box.open && box.childElementCount === 1)
        box.append(el("div", { class: "soft" }, table.meaning), ...columns.map(columnBox));
    };
    box.addEventListener("toggle", fill);
    fill();
    return box;
  });
  byId("tables").replaceChildren(...boxes.filter(Boolean));
  if (!byId("tables").childElementCount) byId("tables").append(el("p", {}, "No column is called so."));
}

// the query stands in the address
const addressed = () => new URLSearchParams(location.hash.slice(1)).get("sql");
function keep() {
  const hash = `#${new URLSearchParams({ sql: byId("sql").value })}`;
  if (location.hash !== hash) history.pushState(null, "", hash);
}
function follow() {
  const sql = addressed();
  if (sql === null || sql === byId("sql").value) return;
  take(sql);
  run();
}
function take(sql) {
  byId("sql").value = sql;
  byId("sql").rows = Math.min(20, Math.max(6, sql.split("\n").length + 1));
}
function command() {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const sql = byId("sql").value.trim();
  return `sitrep query --release ${quoted(told.folder)} ${quoted(sql)}`;
}

function wire() {
  const ask = (event) => {
    event?.preventDefault();
    keep();
    if (!byId("run").disabled) run();
  };
  byId("asking").addEventListener("submit", ask);
  byId("sql").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask(event);
  });
  byId("examples").addEventListener("change", (event) => {
    const example = told.examples[event.target.value];
    if (!example) return;
    take(example.sql);
    ask();
  });
  byId("stop").addEventListener("click", () => post("stop", {}));
  byId("csv").addEventListener("click", save);
  byId("command").addEventListener("click", async () => {
    await navigator.clipboard.writeText(command());
    byId("said").textContent = "Copied: it answers the same in a terminal, with --format csv or json as well.";
  });
  byId("more").addEventListener("click", () => {
    answer.shown += DRAWN;
    draw();
  });
  byId("seek").addEventListener("input", drawTables);
  window.addEventListener("popstate", follow);
  window.addEventListener("hashchange", follow);
}
async function start() {
  told = await (await fetch("tables")).json();
  byId("release").textContent = told.release;
  document.title = `Sitrep query ${told.release}`;
  byId("examples").append(...told.examples.map(({ question }, n) => el("option", { value: n }, question)));
  byId("book").open = window.matchMedia("(min-width: 60rem)").matches;
  drawTables();
  wire();
  take(addressed() ?? told.examples[0].sql);
  if (addressed() === null) byId("examples").value = "0";
  document.documentElement.dataset.ready = "";
  await run();
}
start();

// The list of rows, fifty a page.

const titleOf = (i) =>
  [label("event_type", kindOf(i)), TEXTS.placeNames[COLUMNS.place[i]], dayText(OF_ROW.day[i])]
    .filter(Boolean)
    .join(", ");

let seekOpened = true;
function drawList() {
  const { order } = shown;
  const pages = Math.max(1, Math.ceil(order.length / ROWS_A_PAGE));
  const wanted = state.open ? IDS.indexOf(state.open) : -1;
  if (wanted >= 0 && seekOpened && shown.flags[wanted]) {
    state.page = Math.floor(order.indexOf(wanted) / ROWS_A_PAGE) + 1;
  }
  seekOpened = false;
  state.page = Math.min(state.page, pages);
  const begin = (state.page - 1) * ROWS_A_PAGE;
  const lines = [];
  for (const i of order.subarray(begin, begin + ROWS_A_PAGE)) {
    lines.push(rowLine(i, i === wanted));
    if (i === wanted)
      lines.push(el("tr", { class: "detail", role: "row" }, el("td", { colspan: "7", role: "cell" }, opened(i))));
  }
  const head = [["Date"], ["What"], ["Where"], ["Who"], ["Killed", true], ["Certainty"], ["Publishers", true]];
  const list = table(what(), head, lines, { role: "table" });
  list.tHead.setAttribute("role", "rowgroup");
  list.tBodies[0].setAttribute("role", "rowgroup");
  list.tHead.rows[0].setAttribute("role", "row");
  for (const cell of list.tHead.rows[0].cells) cell.setAttribute("role", "columnheader");
  byId("rows").className = "events";
  byId("rows").replaceChildren(order.length ? list : el("p", {}, "Nothing passes these filters."));
  // an address can open a row that the filters leave out, or that the page does not hold
  const isOut = state.open && !(wanted >= 0 && shown.flags[wanted]);
  byId("loose").replaceChildren(...(isOut ? [wanted >= 0 ? opened(wanted) : absent(state.open)] : []));
  drawPager(pages);
}
function absent(id) {
  return el("p", {}, `${id} is not on this page; sitrep show tells it where the release has it.`);
}

function rowLine(i, isOpened) {
  const cell = (name, ...children) => el("td", { class: name, role: "cell" }, children);
  const badges = [
    COLUMNS.is_aggregate[i] ? "sums many" : "",
    hasHappened(i) ? "" : label("status", statusOf(i)),
    COLUMNS.is_incident[i] ? "" : "no incident",
    listOf("contradictions", i).length ? "claims differ" : "",
  ];
  const [actors, recipients] = ["actors", "recipients"].map((side) => namesOf(side, i).join(", "));
  const open = plainButton(label("event_type", kindOf(i)), () => toggle(i), {
    "aria-expanded": String(isOpened),
    "data-row": IDS[i],
  });
  const swatch = el("span", { class: "swatch kind" + OF_ROW.kind[i], title: CLASSES[OF_ROW.kind[i]][0] });
  const arrow = el("span", { class: "arrow" }, actors ? " → " : "→ ", el("span", { class: "unseen" }, "against "));
  return el(
    "tr",
    { role: "row" },
    cell("date", dayText(OF_ROW.day[i]) || "undated"),
    cell(
      "what",
      swatch,
      " ",
      open,
      badges.filter(Boolean).map((text) => el("span", { class: "badge" }, text)),
    ),
    cell("where", TEXTS.placeNames[COLUMNS.place[i]]),
    cell("who", actors, recipients ? arrow : "", recipients),
    cell("n killed", boundsOf("killed", i)),
    cell("certainty", word("certainty_code", i) && certaintyLabel(certaintyOf(i))),
    cell("n told", COLUMNS.publisher_count[i] === NONE ? "" : number(COLUMNS.publisher_count[i])),
  );
}

function toggle(i) {
  const id = IDS[i];
  state.open = state.open === id ? "" : id;
  drawList();
  writeAddress(true);
  const button = [...document.querySelectorAll("[data-row]")].find((node) => node.dataset.row === id);
  if (button) button.focus({ preventScroll: true });
}
// from elsewhere on the page
function openRow(i) {
  state.open = IDS[i];
  seekOpened = true;
  drawList();
  writeAddress(true);
  showOpened(true);
}
function showOpened(doesFocus) {
  const node = document.querySelector("[data-opened]");
  if (!node) return;
  node.scrollIntoView({ block: "start" });
  if (doesFocus) node.querySelector("h3").focus({ preventScroll: true });
}

function drawPager(pages) {
  const turn = (text, page, isOff) =>
    el(
      "button",
      {
        type: "button",
        disabled: isOff,
        click: () => {
          state.page = page;
          drawList();
          writeAddress(true);
          byId("list").focus();
        },
      },
      text,
    );
  const here = state.page;
  byId("pager").replaceChildren(
    ...(pages < 2
      ? []
      : [
          turn("First", 1, here === 1),
          turn("Previous", here - 1, here === 1),
          el("span", {}, `Page ${number(here)} of ${number(pages)}`),
          turn("Next", here + 1, here === pages),
          turn("Last", pages, here === pages),
        ]),
  );
}

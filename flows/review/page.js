"use strict";
// The queue, item by item, and the decisions on it.

const KINDS = {
  contradiction: "Contradictions",
  single_voice: "High tolls on one voice",
  unresolved_place: "Places that were not found",
  likely_merge: "Likely one incident",
  likely_split: "Likely two incidents",
};
// what each kind of doubt is mostly answered with
const FIRST = { likely_merge: "merge_incident", likely_split: "split_incident" };
const ACTIONS = {
  set: "set a value",
  drop: "tells no event",
  merge_incident: "are one incident",
  split_incident: "are an incident of their own",
  merge: "are one event",
  split: "are an event of their own",
};
const LISTS = { event_type_code: "event_type", status_code: "status", weapon_code: "weapon" };
let told = null;
const done = new Set();

// that an item is right as it stands, so that it is put no more
const accept = (item, form) =>
  write(item, form, {
    action_code: "accept",
    mention_ids: item.events.flatMap(({ mentions }) => mentions.map(({ mention_id: id }) => id)),
    value: item.kind,
    reason: form.elements.reason.value || "right as it is",
  });
async function decide(item, form) {
  const fields = form.elements;
  const action = fields.action_code.value;
  const ticked = [...form.closest("article").querySelectorAll("[data-mention]:checked")].map((node) => node.value);
  const decision = { action_code: action, mention_ids: ticked, reason: fields.reason.value };
  if (action === "set") {
    const column = fields.column.value;
    const event = item.events.find(({ mentions }) => mentions.some(({ mention_id: id }) => ticked.includes(id)));
    Object.assign(decision, { column, value: fields.value.value, expected: event?.values[column] || "" });
  }
  await write(item, form, decision);
}
async function write(item, form, decision) {
  const answer = await fetch("decide", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(decision),
  });
  const said = await answer.json();
  if (answer.ok) {
    done.add(item.id);
    form.closest("article").replaceChildren(el("p", { role: "status" }, `Written as ${said.correction_id}.`));
    tellLeft();
  } else form.querySelector(".said").textContent = said.refused;
}

// an event with its sentences, each of which can be ticked; the event's own tick is for all of them
function eventBox(event, isChosen) {
  const tick = (mention) =>
    el("input", { type: "checkbox", "data-mention": "", value: mention.mention_id, checked: isChosen });
  const lines = event.mentions.map((mention) =>
    el(
      "p",
      {},
      el("label", {}, tick(mention), ` ${mention.sentence_text} `),
      el("span", { class: "soft" }, mention.publisher || "publisher unknown"),
    ),
  );
  const all = (change) => {
    for (const line of lines) line.querySelector("input").checked = change.target.checked;
  };
  return el(
    "div",
    { class: "event" },
    el(
      "label",
      {},
      el("input", { type: "checkbox", checked: isChosen, change: all }),
      " ",
      el("strong", {}, event.title),
    ),
    el("p", { class: "soft" }, [event.event_id, event.role, event.incident_id].filter(Boolean).join(" · ")),
    lines,
  );
}

function decisionForm(item) {
  const options = (pairs, first) =>
    pairs.map(([value, text]) => el("option", { value, selected: value === first }, text));
  const first = FIRST[item.kind] || "set";
  const column = item.kind === "unresolved_place" ? "place_id" : "killed_low";
  const list = `codes-${item.id}`;
  const form = el(
    "form",
    { class: "decide" },
    el("label", {}, "What is ticked", el("select", { name: "action_code" }, options(Object.entries(ACTIONS), first))),
    el(
      "label",
      { "data-set": "" },
      "Column",
      el(
        "select",
        { name: "column" },
        options(
          told.columns.map((name) => [name, name]),
          column,
        ),
      ),
    ),
    el("label", { "data-set": "" }, "New value (empty: unknown)", el("input", { name: "value", list })),
    el("datalist", { id: list }),
    el("label", { class: "reason" }, "Why", el("input", { name: "reason", required: true })),
    el("button", {}, "Write the row"),
    el(
      "button",
      {
        type: "button",
        click: () => accept(item, form),
      },
      "Right as it is",
    ),
    el("p", { class: "said", role: "alert" }),
  );
  const show = () => {
    for (const node of form.querySelectorAll("[data-set]")) node.hidden = form.elements.action_code.value !== "set";
    const name = form.elements.column.value;
    const now = item.events[0]?.values[name];
    form.elements.value.placeholder = now ? `now ${now}` : "now unknown";
    form
      .querySelector("datalist")
      .replaceChildren(...(told.choices[LISTS[name]] || []).map((value) => el("option", { value })));
  };
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    decide(item, form);
  });
  show();
  return form;
}

function draw() {
  const kind = byId("choice").elements.kind.value;
  const items = told.items.filter((item) => !done.has(item.id) && (!kind || item.kind === kind));
  byId("queue").replaceChildren(
    ...items.map((item) =>
      el(
        "article",
        { "data-item": item.id },
        el("h2", {}, KINDS[item.kind], ": ", item.why),
        el(
          "p",
          { class: "soft" },
          `score ${item.score} · `,
          el(
            "a",
            {
              href: `report.html#open=${encodeURIComponent(item.events[0]?.incident_id || item.events[0]?.event_id || "")}`,
              target: "_blank",
              rel: "noopener",
            },
            "in the report",
          ),
        ),
        item.events.map((event, n) => eventBox(event, FIRST[item.kind] !== undefined || n === 0)),
        decisionForm(item),
      ),
    ),
  );
  tellLeft();
}
function tellLeft() {
  const more = told.left_out ? `; ${told.left_out} less doubtful are left out` : "";
  byId("left").textContent = `${told.items.filter((item) => !done.has(item.id)).length} to look at${more}`;
}

async function start() {
  told = await (await fetch("queue")).json();
  byId("release").textContent = told.release;
  const kinds = Object.entries(KINDS).map(([kind, name]) => {
    const count = told.items.filter((item) => item.kind === kind).length;
    return el("option", { value: kind }, `${name} (${count})`);
  });
  byId("choice").elements.kind.append(el("option", { value: "" }, "all"), ...kinds);
  byId("choice").addEventListener("change", draw);
  byId("choice").addEventListener("submit", (event) => event.preventDefault());
  draw();
  document.documentElement.dataset.ready = "";
}
start();

// Filters as lists with counts, and what is chosen of them.

const LISTED = 7;
const listing = {}; // by list: how many values are shown, and the words by which they are narrowed

function countValues(known) {
  const { of, at, counts } = known;
  counts.fill(0);
  const near = shown.chosen.find((one) => one.known === known)?.near || [];
  for (const some of [shown.rows, near]) {
    for (let n = 0; n < some.length; n++) {
      if (!at) counts[of[some[n]]] += 1;
      else for (let m = at[some[n]], end = at[some[n] + 1]; m < end; m++) counts[of[m]] += 1;
    }
  }
}

function makeLists() {
  const wide = window.matchMedia("(min-width: 64rem)").matches;
  byId("filterbox").open = wide;
  byId("lists").replaceChildren(
    ...FACETS.map((known) => {
      listing[known.name] = { most: LISTED, words: "" };
      const narrow = el("input", {
        type: "search",
        "aria-label": `Narrow the list: ${known.title}`,
        placeholder: "narrow this list",
        input: (event) => {
          listing[known.name].words = event.target.value.trim().toLowerCase();
          drawFacet(known);
        },
      });
      const isOpen = wide && ["country", "kind", "actor", "certainty"].includes(known.name);
      return el(
        "details",
        {
          class: "facet",
          "data-facet": known.name,
          open: isOpen,
          hidden: !known.of.length || !known.keys.length,
          toggle: () => drawFacet(known),
        },
        el("summary", {}, known.title, " ", el("span", { class: "chosen" })),
        known.note ? el("p", {}, known.note) : null,
        known.keys.length > 12 ? narrow : null,
        el("ul", {}),
        plainButton("more", () => {
          listing[known.name].most += 25;
          drawFacet(known);
        }),
      );
    }),
  );
}

function drawFacets() {
  FACETS.forEach(drawFacet);
}
// the values with most rows, and all that are chosen
function topValues(known) {
  const { words, most } = listing[known.name];
  const chosen = state.chosen[known.name];
  const sought = [];
  known.keys.forEach((key, n) => {
    const isChosen = chosen.has(key);
    if ((known.counts[n] || isChosen) && (!words || isChosen || known.names[n].toLowerCase().includes(words)))
      sought.push(n);
  });
  const rank = (n) => (chosen.has(known.keys[n]) ? COUNT : 0) + known.counts[n];
  sought.sort((a, b) => rank(b) - rank(a) || (known.names[a] < known.names[b] ? -1 : 1));
  return { top: sought.slice(0, Math.max(most, chosen.size)), left: sought.length - Math.max(most, chosen.size) };
}
function drawFacet(known) {
  const box = byId("lists").querySelector(`[data-facet=${known.name}]`);
  const chosen = state.chosen[known.name];
  box.querySelector(".chosen").textContent = chosen.size ? `(${chosen.size})` : "";
  // nobody sees what is counted in a list that is closed
  if (!box.open) return;
  countValues(known);
  const focused = box.contains(document.activeElement) ? document.activeElement.value : null;
  const { top, left } = topValues(known);
  const largest = Math.max(1, ...top.map((n) => known.counts[n]));
  const lines = top.map((n) => {
    const tick = el("input", {
      type: "checkbox",
      value: known.keys[n],
      checked: chosen.has(known.keys[n]),
      change: (event) => {
        const keys = new Set(state.chosen[known.name]);
        keys[event.target.checked ? "add" : "delete"](known.keys[n]);
        choose({}, { [known.name]: keys });
      },
    });
    const bar = el("meter", { max: largest, value: known.counts[n], "aria-hidden": "true" });
    const name = el("span", { class: "name" }, known.names[n]);
    return el("li", {}, el("label", {}, tick, name, el("span", { class: "n" }, number(known.counts[n])), bar));
  });
  box.querySelector("ul").replaceChildren(...(lines.length ? lines : [el("li", {}, "None.")]));
  const more = box.querySelector(":scope > button");
  more.hidden = left <= 0;
  more.textContent = `${number(left)} more`;
  if (focused !== null) [...box.querySelectorAll("li input")].find((node) => node.value === focused)?.focus();
}

function drawChosen() {
  const chips = [];
  const chip = (text, undo) =>
    chips.push(
      el("button", { type: "button", class: "chip", click: undo, "aria-label": `Remove ${text}` }, text, " ×"),
    );
  for (const name of NARROWING) {
    const said = { q: "words", ids: "ids", from: "from", to: "to" }[name];
    const value = name === "ids" ? number(state.ids.split(",").length) : state[name];
    if (state[name]) chip(`${said}: ${value}`, () => choose({ [name]: "" }));
  }
  for (const known of FACETS) {
    for (const key of state.chosen[known.name]) {
      const at = known.keys.indexOf(key);
      const rest = [...state.chosen[known.name]].filter((other) => other !== key);
      chip(`${known.title}: ${at < 0 ? key : known.names[at]}`, () => choose({}, { [known.name]: rest }));
    }
  }
  byId("chosen").replaceChildren(...chips);
  byId("clear").hidden = isWhole();
}

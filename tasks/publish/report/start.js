// The page comes to life: choices are filled, listeners set, the address read, all drawn once.

function fillChoices() {
  const form = byId("filters").elements;
  const options = (select, pairs) => select.append(...pairs.map(([value, text]) => el("option", { value }, text)));
  const all = [...Array(COUNT).keys()];
  const kinds = count(all.map(kindOf)).map(([kind, n]) => [kind, `${label("event_type", kind)} (${number(n)})`]);
  options(
    form.kind,
    kinds.sort((a, b) => (a[1] < b[1] ? -1 : 1)),
  );
  options(form.certainty, [["happened", "happened, however sure"]]);
  options(
    form.certainty,
    count(all.map(certaintyOf)).map(([code, n]) => [code, `${certaintyLabel(code)} (${number(n)})`]),
  );
  const suggest = (id, names) =>
    byId(id).append(...names.slice(0, MOST.suggestions).map(([name]) => el("option", { value: name })));
  const parties = [];
  for (const side of [EVENTS.actors, EVENTS.recipients])
    for (const of of side) for (const p of of) parties.push(PARTY_NAMES[p]);
  suggest("actors", count(parties));
  suggest("places", count(EVENTS.place.map((place) => PLACE_NAMES[place]).filter(Boolean)));
  if (DATA.total > COUNT) {
    byId("shown").textContent =
      `The newest ${number(COUNT)} of ${number(DATA.total)} events are on this page; ` +
      "the counts at its end are over all.";
  }
}

function wireFilters() {
  const form = byId("filters");
  let waiting = 0;
  const take = () => {
    const changes = { page: 1 };
    for (const name of FIELDS) changes[name] = form.elements[name].value;
    Object.assign(state, changes);
    apply();
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(take, 200);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    take();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    choose(Object.fromEntries(FIELDS.map((name) => [name, ""])));
  });
  byId("wholespan").addEventListener("click", () => choose({ from: "", to: "" }));
}

function wireLinks() {
  // a link inside the page moves the focus and leaves the address to the filters
  for (const link of document.querySelectorAll('a[href="#list"], a[href="#release"]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const target = byId(link.hash.slice(1));
      target.scrollIntoView();
      target.focus({ preventScroll: true });
    });
  }
  window.addEventListener("hashchange", () => {
    readAddress();
    seekOpened = true;
    apply();
    showOpened(true);
  });
}
function showOpened(doesFocus) {
  const opened = document.querySelector("[data-opened]");
  if (!opened) return;
  opened.scrollIntoView({ block: "start" });
  if (doesFocus) opened.querySelector("h3").focus({ preventScroll: true });
}

function wireTheme() {
  const button = byId("theme");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const current = () => document.documentElement.dataset.theme || (dark.matches ? "dark" : "light");
  const tell = () => {
    button.textContent = current() === "dark" ? "Light colours" : "Dark colours";
    map.draw();
  };
  const kept = (() => {
    try {
      return localStorage.getItem("sitrep-theme");
    } catch (error) {
      return null;
    }
  })();
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  button.hidden = false;
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = current() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("sitrep-theme", current());
    } catch (error) {
      /* kept for this visit alone */
    }
    tell();
  });
  dark.addEventListener("change", tell);
  tell();
}

function redrawOnResize() {
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return map.draw();
    width = window.innerWidth;
    drawTimeline(...timeRows);
    return map.draw();
  });
}

byId("explore").hidden = false;
fillChoices();
readAddress();
apply();
wireFilters();
wireLinks();
wireTheme();
redrawOnResize();
if (state.open) showOpened(false);
document.documentElement.dataset.ready = String(Math.round(performance.now()));

// The page comes to life: rows are unpacked, lists made, the address read, all drawn once, listeners set.

function wireFilters() {
  const form = byId("filters");
  let waiting = 0;
  const take = () => {
    state.page = 1;
    for (const name of FIELDS) state[name] = form.elements[name].value;
    apply();
  };
  // what is typed is drawn with the next frame, however fast it is typed
  form.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(take);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take();
  });
  byId("clear").addEventListener("click", () =>
    choose(NARROWED_BY_NONE, Object.fromEntries(FACETS.map(({ name }) => [name, []]))),
  );
  byId("wholespan").addEventListener("click", () => choose({ from: "", to: "" }));
}

function wireKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      byId("filterbox").open = true;
      byId("filters").elements.q.focus();
    } else if (event.key === "Escape" && state.open && !isTyping) {
      const at = IDS.indexOf(state.open);
      if (at >= 0) toggle(at);
    }
  });
}

function wireLinks() {
  // a link inside the page moves the focus and leaves the address to the filters
  for (const link of document.querySelectorAll("a[href^='#']:not([href*='='])")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const target = byId(link.hash.slice(1));
      target.scrollIntoView();
      target.focus({ preventScroll: true });
    });
  }
  const follow = async () => {
    readAddress();
    await openAddress();
    apply();
    if (state.open) showOpened(true);
  };
  window.addEventListener("hashchange", follow);
  window.addEventListener("popstate", follow);
}
// an address may name an event: what is opened is the incident that it is of
async function openAddress() {
  seekOpened = true;
  if (!state.open) return;
  const at = await rowOf(state.open);
  if (at >= 0) state.open = IDS[at];
}

function wireTheme() {
  const button = byId("theme");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  // the rule that holds the dark colours, which else asks what the machine has
  const rules = [...document.querySelector("style").sheet.cssRules];
  const asked = rules.find((rule) => rule.media?.mediaText.includes("prefers-color-scheme")).media;
  let chosen = "";
  const current = () => chosen || (dark.matches ? "dark" : "light");
  const wear = (theme) => {
    chosen = theme;
    asked.mediaText = theme === "dark" ? "all" : "not all";
  };
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
  if (kept === "dark" || kept === "light") wear(kept);
  button.hidden = false;
  button.addEventListener("click", () => {
    wear(current() === "dark" ? "light" : "dark");
    try {
      localStorage.setItem("sitrep-theme", chosen);
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
    drawTime(drawnTime);
    drawControl();
    return map.draw();
  });
}

function fillLegend() {
  const kinds = CLASSES.map(([name], n) => el("span", {}, el("span", { class: "swatch kind" + n }), ` ${name}`));
  byId("kinds").replaceChildren(...kinds);
  const other = COUNT - OF_ROW.incidents;
  const counts = { "": COUNT - other, other, all: COUNT };
  for (const option of byId("filters").elements.rows.options)
    option.textContent += ` (${number(counts[option.value])})`;
}

async function start() {
  if (typeof DecompressionStream === "undefined") {
    byId("old").hidden = false;
    return;
  }
  await loadData();
  byId("explore").hidden = false;
  makeFacets();
  makeLists();
  fillLegend();
  readAddress();
  await openAddress();
  apply();
  wireFilters();
  wireKeys();
  wireLinks();
  wireTheme();
  wireDownloads();
  redrawOnResize();
  if (state.open) showOpened(false);
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}
start();

// The list of events, fifty a page, and an opened event with its claims, sentences and sources.

function drawList() {
  const pages = Math.max(1, Math.ceil(shown.length / ROWS_A_PAGE));
  const wanted = EVENTS.event_id.indexOf(state.open);
  const at = wanted < 0 ? -1 : shown.indexOf(wanted);
  if (at >= 0 && seekOpened) state.page = Math.floor(at / ROWS_A_PAGE) + 1;
  seekOpened = false;
  state.page = Math.min(state.page, pages);
  const begin = (state.page - 1) * ROWS_A_PAGE;
  const lines = [];
  let isOpen = false;
  for (const i of shown.slice(begin, begin + ROWS_A_PAGE)) {
    const opened = i === wanted;
    lines.push(row(i, opened));
    if (opened) {
      isOpen = true;
      lines.push(el("tr", { class: "detail", role: "row" }, el("td", { colspan: "6", role: "cell" }, detail(i))));
    }
  }
  const head = [["Date"], ["Event"], ["Where"], ["Who"], ["Killed", true], ["Certainty"]];
  const list = table("Events", head, lines, { role: "table" });
  list.tHead.setAttribute("role", "rowgroup");
  list.tBodies[0].setAttribute("role", "rowgroup");
  list.tHead.rows[0].setAttribute("role", "row");
  for (const cell of list.tHead.rows[0].cells) cell.setAttribute("role", "columnheader");
  byId("rows").className = "events";
  byId("rows").replaceChildren(shown.length ? list : el("p", {}, "No event passes these filters."));
  // an address can open an event that the filters leave out, or that the page does not hold
  byId("loose").replaceChildren(
    ...(!state.open || isOpen || at >= 0
      ? []
      : [
          wanted >= 0
            ? detail(wanted)
            : el(
                "p",
                {},
                `Event ${state.open} is not on this page; events.parquet has all, and sitrep show tells one.`,
              ),
        ]),
  );
  drawPager(pages);
  writeAddress();
}

function row(i, opened) {
  const kind = label("event_type", kindOf(i));
  const cell = (name, ...children) => el("td", { class: name, role: "cell" }, children);
  const badges = [EVENTS.is_aggregate[i] ? "sums many" : "", hasHappened(i) ? "" : label("status", statusOf(i))];
  const [actors, recipients] = [EVENTS.actors[i], EVENTS.recipients[i]].map((side) =>
    side.map((p) => PARTY_NAMES[p]).join(", "),
  );
  const open = plainButton(kind, () => toggle(i), {
    "aria-expanded": String(opened),
    "data-event": EVENTS.event_id[i],
  });
  return el(
    "tr",
    { role: "row" },
    cell("date", dayText(WHEN[i]) || "undated"),
    cell(
      "what",
      open,
      badges.filter(Boolean).map((text) => el("span", { class: "badge" }, text)),
    ),
    cell("where", PLACE_NAMES[EVENTS.place[i]]),
    cell(
      "who",
      actors,
      recipients
        ? el("span", { class: "arrow" }, actors ? " → " : "→ ", el("span", { class: "unseen" }, "against "))
        : "",
      recipients,
    ),
    cell("n killed", bounds(EVENTS.killed_low[i], EVENTS.killed_high[i])),
    cell("certainty", word(EVENTS.certainty_code, i) && certaintyLabel(certaintyOf(i))),
  );
}

let seekOpened = true;
function toggle(i) {
  const id = EVENTS.event_id[i];
  state.open = state.open === id ? "" : id;
  drawList();
  const button = [...document.querySelectorAll("[data-event]")].find((node) => node.dataset.event === id);
  if (button) button.focus({ preventScroll: true });
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

const pairsOf = (pairs) =>
  el(
    "dl",
    {},
    pairs
      .filter(([, value]) => value && value.length !== 0)
      .map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
  );

function detail(i) {
  const id = EVENTS.event_id[i];
  const told = tellings();
  const rows = mentionsOf(i);
  const title = [label("event_type", kindOf(i)), PLACE_NAMES[EVENTS.place[i]], dayText(WHEN[i])]
    .filter(Boolean)
    .join(", ");
  const counts = told.numbers.filter(([event]) => event === i).map(countAsTold);
  const claims = told.claims.filter(([event]) => event === i);
  const sources = [...new Set(rows.map((r) => told.sentences[told.mentions.sentence[r]][0]))];
  const many = EVENTS.mention_count[i];
  const left =
    many > rows.length ? `${number(rows.length)} of ${number(many)} mentions; mentions.parquet has all.` : "";
  return el(
    "article",
    { class: "opened", "data-opened": id, "aria-label": title },
    el("h3", { tabindex: "-1" }, title),
    facts(i),
    counts.length ? [el("h4", {}, "Counts as told"), el("ul", {}, counts)] : null,
    el("h4", {}, "Claims"),
    claims.length ? claimTable(claims) : el("p", {}, "Nobody is quoted; the documents tell it in their own voice."),
    el("h4", {}, "Sentences"),
    rows.map(sentence),
    left ? el("p", {}, left) : null,
    el("h4", {}, "Sources"),
    el("ul", {}, ...sources.map((n) => el("li", {}, source(n)))),
    el("button", { type: "button", click: () => toggle(i) }, "Close"),
  );
}

// the columns of an event, in words
function facts(i) {
  const id = EVENTS.event_id[i];
  const [name, admin2, , , latitude, longitude, precision] = DATA.places[EVENTS.place[i]];
  const where = [PLACE_NAMES[EVENTS.place[i]], admin2 === name ? "" : admin2].filter(Boolean).join("; ");
  const point = latitude === null ? "" : `; ${latitude}, ${longitude}`;
  const days = [EVENTS.date_start[i], EVENTS.date_end[i]].map(dayText);
  const span = days[0] === days[1] ? days[0] : `${days[0] || "no first day"} to ${days[1] || "no last day"}`;
  const part = (list) => label(list, word(EVENTS[list + "_code"], i)).toLowerCase();
  const rests = `precision: ${part("date_precision")}; basis: ${part("date_basis")}`;
  const scheme = (...columns) => {
    const codes = columns.map((column) => word(EVENTS[column], i));
    return codes.filter(Boolean).join(" / ");
  };
  const first = EVENTS.first_reported_date[i];
  const toldBy = ["mention", "document", "publisher"].map((what) => `${what}s: ${number(EVENTS[what + "_count"][i])}`);
  return pairsOf([
    ["Event", [el("a", { href: "#open=" + encodeURIComponent(id) }, id)]],
    ["When", days[0] || days[1] ? `${span} (${rests})` : ""],
    ["Where", where && `${where} (${label("geo_precision", precision).toLowerCase()}${point})`],
    ["Actors", EVENTS.actors[i].map(party).join("; ")],
    ["Recipients", EVENTS.recipients[i].map(party).join("; ")],
    ["Killed", figure("killed", i)],
    ["Injured", figure("injured", i)],
    ["Captured", figure("captured", i)],
    ["Number", EVENTS.casualties_unknown[i] ? "said not to be known" : ""],
    ["Weapon", label("weapon", word(EVENTS.weapon_code, i))],
    ["Status", label("status", statusOf(i)) + (EVENTS.is_aggregate[i] ? "; sums or summarises many events" : "")],
    ["Certainty", word(EVENTS.certainty_code, i) && certaintyLabel(word(EVENTS.certainty_code, i))],
    ["Told by", toldBy.join(", ") + (first === null ? "" : `; first on ${dayText(first)}`)],
    ["ACLED", scheme("acled_event_type", "acled_sub_event_type")],
    ["PLOVER", scheme("plover_type", "plover_mode")],
    ["CAMEO", scheme("cameo_code")],
  ]);
}
function party(p) {
  const [name, actorId, type, country] = DATA.parties[p];
  const known = [label("actor_type", type), country && countryName(country), actorId || "no id"];
  return `${name} (${known.filter(Boolean).join(", ")})`;
}
function figure(kind, i) {
  const text = bounds(EVENTS[kind + "_low"][i], EVENTS[kind + "_high"][i]);
  const best = EVENTS[kind + "_best"] ? EVENTS[kind + "_best"][i] : null;
  return text && best !== null && text !== number(best) ? `${text}; best ${number(best)}` : text;
}
function countAsTold([, kind, side, low, high, text]) {
  const { words } = tellings();
  const of = side === null ? "" : `, ${label("side", words[side]).toLowerCase()}`;
  return el("li", {}, `${label("number_kind", words[kind])}${of}: ${bounds(low, high)} (“${text}”)`);
}

function claimTable(claims) {
  const told = tellings();
  const text = (n) => (n === null ? "" : told.words[n]);
  const lines = claims.map(([, mention, document_, speaker, speakerLabel, stance, low, high]) => {
    const figures = ["injured", "captured"].map((kind) => {
      const range =
        mention === null ? "" : bounds(told.mentions[kind + "_low"][mention], told.mentions[kind + "_high"][mention]);
      return range && `${range} ${kind}`;
    });
    const killed = bounds(low, high);
    const name =
      text(speakerLabel) && text(speakerLabel) !== text(speaker)
        ? `${text(speaker)} (${text(speakerLabel)})`
        : text(speaker);
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, name || "the document itself"),
      el("td", {}, label("stance", text(stance))),
      el("td", {}, [killed && `${killed} killed`, ...figures].filter(Boolean).join(", ")),
      el("td", {}, told.documents[document_][0] || "publisher unknown"),
    );
  });
  return scrolling("Claims", table("Claims", [["Speaker"], ["Stance"], ["Figures"], ["Publisher"]], lines));
}

// a sentence in which its trigger, parties, place and date are marked; offsets count code points, not UTF-16 units
function sentence(r) {
  const { mentions, sentences, words } = tellings();
  const [document_, , text] = sentences[mentions.sentence[r]];
  const letters = Array.from(text);
  const marks = [];
  const absent = [];
  const isFree = (start, end) => marks.every((mark) => end <= mark.start || start >= mark.end);
  const mark = (start, end, part) => marks.push({ start, end, part });
  const seek = (phrase, part) => {
    for (let at = text.indexOf(phrase); phrase && at >= 0; at = text.indexOf(phrase, at + 1)) {
      const start = Array.from(text.slice(0, at)).length;
      const end = start + Array.from(phrase).length;
      if (isFree(start, end)) return mark(start, end, part);
    }
    if (phrase) absent.push(`${part} “${phrase}”`);
    return undefined;
  };
  mark(mentions.trigger_start[r], mentions.trigger_end[r], "trigger");
  for (const n of mentions.actors[r]) seek(words[n], "actor");
  for (const n of mentions.recipients[r]) seek(words[n], "recipient");
  if (mentions.place_text[r] !== null) seek(words[mentions.place_text[r]], "place");
  if (mentions.date_text[r] !== null) seek(words[mentions.date_text[r]], "date");
  marks.sort((a, b) => a.start - b.start);
  const parts = [];
  let done = 0;
  for (const { start, end, part } of marks) {
    parts.push(letters.slice(done, start).join(""));
    parts.push(el("mark", { class: part }, el("span", { class: "tag" }, part), letters.slice(start, end).join("")));
    done = end;
  }
  parts.push(letters.slice(done).join(""));
  const value = (column) => (mentions[column][r] === null ? "" : words[mentions[column][r]]);
  const facts = [label("status", value("status_code"))];
  if (value("speaker_text"))
    facts.push(`${label("stance", value("stance_code")).toLowerCase()}: ${value("speaker_text")}`);
  if (mentions.is_hedged[r]) facts.push("hedged");
  facts.push(`fired: ${value("trigger_id")}`);
  return el(
    "blockquote",
    {},
    el("div", {}, parts),
    el("p", {}, sourceText(document_), " · ", facts.filter(Boolean).join("; ")),
    absent.length ? el("p", {}, `Not marked in this sentence: ${absent.join(", ")}.`) : null,
  );
}

function sourceText(n) {
  const [publisher, , day] = tellings().documents[n];
  return `${publisher || "publisher unknown"}, ${dayText(day) || "undated"}`;
}
function source(n) {
  const [, title, , url, externalId, isCopy] = tellings().documents[n];
  const name = title || externalId || "untitled";
  const address = webAddress(url);
  const named = address ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, name) : name;
  const rest = [url && !address ? url : "", isCopy ? "near-copy" : ""].filter(Boolean).join("; ");
  return [sourceText(n) + ": ", named, rest ? ` (${rest})` : ""];
}
// an address that a reader may follow: the web's, and no other scheme
function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch (error) {
    return null;
  }
}

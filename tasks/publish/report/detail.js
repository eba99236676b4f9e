// An opened row: its columns in words, then its claims, sentences and sources, which are unpacked for it.

const pairsOf = (pairs) =>
  el(
    "dl",
    {},
    pairs
      .filter(([, value]) => value && value.length !== 0)
      .map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
  );

function opened(i) {
  const id = IDS[i];
  const title = titleOf(i);
  const told = el("div", { class: "told" }, el("p", {}, "Reading its sentences …"));
  const article = el(
    "article",
    { class: "opened", "data-opened": id, "aria-label": title },
    el("h3", { tabindex: "-1" }, title),
    facts(i),
    told,
    el("button", { type: "button", click: () => toggle(i) }, "Close"),
  );
  chunkOf(i).then((chunk) => {
    told.replaceChildren(...tellingOf(chunk, i));
    article.dataset.told = "";
  });
  return article;
}
function tellingOf(told, i) {
  const own = i - told.begin;
  const rows = mentionsOf(told, i);
  const counts = told.numbers.filter(([row]) => row === own).map((count) => countAsTold(told, count));
  const people = whoTheyWere(told, own);
  const claims = told.claims.filter(([row]) => row === own);
  const sources = [...new Set(rows.map((r) => told.sentences[told.mentions.sentence[r]][0]))];
  const many = COLUMNS.mention_count[i];
  const left =
    many > rows.length ? `${number(rows.length)} of ${number(many)} mentions; mentions.parquet has all.` : "";
  return [
    ...(counts.length ? [el("h4", {}, "Counts as told"), el("ul", {}, counts)] : []),
    ...(people.length ? [el("h4", {}, "Who they were"), el("ul", {}, people)] : []),
    el("h4", {}, "Claims"),
    claims.length
      ? claimTable(told, claims)
      : el("p", {}, "Nobody is quoted; the documents tell it in their own voice."),
    el("h4", {}, "Sentences"),
    ...rows.map((r) => sentence(told, r)),
    left ? el("p", {}, left) : "",
    el("h4", {}, "Sources"),
    el("ul", {}, ...sources.map((n) => el("li", {}, source(told, n)))),
  ];
}

// the columns of a row, in words
function facts(i) {
  const id = IDS[i];
  const [, name, admin2, , , latitude, longitude, precision] = placeOf(i);
  const where = [TEXTS.placeNames[COLUMNS.place[i]], admin2 === name ? "" : admin2].filter(Boolean).join("; ");
  const point = latitude === null ? "" : `; ${latitude}, ${longitude}`;
  const days = [COLUMNS.date_start[i], COLUMNS.date_end[i]].map(dayText);
  const span = days[0] === days[1] ? days[0] : `${days[0] || "no first day"} to ${days[1] || "no last day"}`;
  const part = (list) => label(list, word(list + "_code", i)).toLowerCase();
  const rests = `precision: ${part("date_precision")}; basis: ${part("date_basis")}`;
  const scheme = (...columns) =>
    columns
      .map((column) => word(column, i))
      .filter(Boolean)
      .join(" / ");
  const first = dayText(COLUMNS.first_reported_date[i]);
  const toldBy = ["mention", "document", "publisher"].map(
    (what) => `${what}s: ${number(figureAt(what + "_count", i) ?? 0)}`,
  );
  const key = placeKey(placeOf(i), COLUMNS.place[i]);
  const kinds = wordsOf("event_type_codes", i).map((code) => label("event_type", code));
  const targets = wordsOf("target_codes", i).map((code) => label("target", code));
  const ofDead = ["civilians", "military", "insurgents"].map((who) => [who, figureAt("killed_" + who, i)]);
  return pairsOf([
    [COLUMNS.is_incident[i] ? "Incident" : "Event", [el("a", { href: "#open=" + encodeURIComponent(id) }, id)]],
    ["When", days[0] || days[1] ? `${span} (${rests})` : ""],
    [
      "Where",
      where && [
        plainButton(where, () => visit("place", key)),
        ` (${label("geo_precision", precision).toLowerCase()}${point})`,
      ],
    ],
    ["Actors", parties("actors", i)],
    ["Recipients", parties("recipients", i)],
    ["Made of", kinds.length > 1 ? kinds.join(", ") : ""],
    ["Targets", targets.join(", ")],
    ["Killed", figure("killed", i)],
    [
      "Of the dead",
      ofDead
        .filter(([, n]) => n !== null)
        .map(([who, n]) => `${who}: ${number(n)}`)
        .join(", "),
    ],
    ["Injured", figure("injured", i)],
    ["Captured", figure("captured", i)],
    ["Number", COLUMNS.casualties_unknown[i] === 1 ? "said not to be known" : ""],
    ["Claimed by", wordsOf("claimed_by", i).join(", ")],
    ["Denied by", wordsOf("denied_by", i).join(", ")],
    ["Weapon", label("weapon", word("weapon_code", i))],
    ["Status", label("status", statusOf(i)) + (COLUMNS.is_aggregate[i] ? "; sums or summarises many events" : "")],
    ["Certainty", word("certainty_code", i) && certaintyLabel(word("certainty_code", i))],
    ["Told by", toldBy.join(", ") + (first ? `; first on ${first}` : "")],
    ["ACLED", scheme("acled_event_type", "acled_sub_event_type")],
    ["PLOVER", scheme("plover_type", "plover_mode")],
    ["CAMEO", scheme("cameo_code")],
  ]);
}
const parties = (side, i) =>
  [...listOf(side, i)].map((n, at) => [
    at ? "; " : "",
    plainButton(TEXTS.partyNames[n], () => visit("actor", TEXTS.parties[n][0])),
    ` (${partyFacts(n)})`,
  ]);
function figure(kind, i) {
  const text = boundsOf(kind, i);
  const best = COLUMNS[kind + "_best"] ? figureAt(kind + "_best", i) : null;
  return text && best !== null && text !== number(best) ? `${text}; best ${number(best)}` : text;
}
function countAsTold({ words }, [, kind, side, low, high, text]) {
  const of = side === null ? "" : `, ${label("side", words[side]).toLowerCase()}`;
  return el("li", {}, `${label("number_kind", words[kind])}${of}: ${bounds(low, high)} (“${text}”)`);
}

// groups of the killed, injured and taken, and who of them is named; parts, which add to nothing
function whoTheyWere({ groups, names }, own) {
  const ofRow = (told) => told.filter(([row]) => row === own);
  const kindOf = (kind) => label("number_kind", kind);
  return [
    ...ofRow(groups).map(([, kind, group, low, high, text]) =>
      el("li", {}, `${kindOf(kind)}, ${label("casualty_group", group).toLowerCase()}: ${bounds(low, high)} (“${text}”)`),
    ),
    ...ofRow(names).map(([, kind, name, age]) => el("li", {}, `${kindOf(kind)}: ${name}${age === null ? "" : `, ${age}`}`)),
  ];
}

function claimTable(told, claims) {
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
function sentence(told, r) {
  const { mentions, sentences, words, events } = told;
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
  const [event, role] = events[mentions.event[r]];
  const facts = [
    label("event_type", value("event_type_code")) + (role ? `: ${label("incident_role", role).toLowerCase()}` : ""),
  ];
  facts.push(label("status", value("status_code")).toLowerCase());
  if (value("speaker_text"))
    facts.push(`${label("stance", value("stance_code")).toLowerCase()}: ${value("speaker_text")}`);
  if (mentions.is_hedged[r]) facts.push("hedged");
  facts.push(`fired: ${value("trigger_id")}`, event);
  return el(
    "blockquote",
    {},
    el("div", {}, parts),
    el("p", {}, sourceText(told, document_), " · ", facts.filter(Boolean).join("; ")),
    absent.length ? el("p", {}, `Not marked in this sentence: ${absent.join(", ")}.`) : null,
  );
}

function sourceText(told, n) {
  const [publisher, , day] = told.documents[n];
  return `${publisher || "publisher unknown"}, ${dayText(day ?? NONE) || "undated"}`;
}
function source(told, n) {
  const [, title, , url, externalId, isCopy] = told.documents[n];
  const name = title || externalId || "untitled";
  const address = webAddress(url);
  const named = address ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, name) : name;
  const rest = [url && !address ? url : "", isCopy ? "near-copy" : ""].filter(Boolean).join("; ");
  return [sourceText(told, n) + ": ", named, rest ? ` (${rest})` : ""];
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

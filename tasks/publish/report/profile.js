// The page of an actor, a place or a province: what stands above the rows where one alone is chosen.

const PROFILES = ["actor", "place", "admin1", "country"];

function drawProfile(rows) {
  const name = PROFILES.find((one) => state.chosen[one]?.size === 1);
  const [box, tables] = [byId("profile"), byId("profiletables")];
  box.hidden = tables.hidden = !name;
  box.replaceChildren();
  tables.replaceChildren();
  if (!name) return;
  const known = facetOf(name);
  const [key] = state.chosen[name];
  const at = known.keys.indexOf(key);
  const title = at < 0 ? key : known.names[at];
  box.append(
    el("h2", { id: "profilename", tabindex: "-1" }, title),
    el("p", {}, name === "actor" && at >= 0 ? partyFacts(at) : known.title),
  );
  tables.append(...(name === "actor" ? actorParts(rows, at) : placeParts(rows, name, key)));
}

function partyFacts(n) {
  const [, , actorId, type, country] = TEXTS.parties[n];
  return [label("actor_type", type), country && countryName(country), actorId || "no id"].filter(Boolean).join(", ");
}
const counted = (title, unit, counts, nameOf, see) =>
  el(
    "section",
    {},
    el("h3", {}, title),
    counts.length
      ? table(
          title,
          [[unit], [what(), true]],
          counts.map(([n, of]) =>
            lineOf(
              plainButton(nameOf(n), () => see(n)),
              of,
            ),
          ),
        )
      : el("p", {}, "None."),
  );
function tally(rows, valuesOf) {
  const counts = new Map();
  for (const i of rows) for (const n of new Set(valuesOf(i))) counts.set(n, (counts.get(n) || 0) + 1);
  return commonest(counts, 8);
}
const kindsTable = (rows) => {
  const known = facetOf("kind");
  return counted(
    "Kinds",
    "Kind",
    tally(rows, (i) => [known.of[i]]),
    (n) => known.names[n],
    (n) => choose({}, { kind: [known.keys[n]] }),
  );
};

function actorParts(rows, at) {
  const sides = { acts: 0, suffers: 0, dead: 0, deadOf: 0 };
  const others = new Map();
  for (const i of rows) {
    const [by, on] = [[...listOf("actors", i)], [...listOf("recipients", i)]];
    const [acts, suffers] = [by.includes(at), on.includes(at)];
    if (acts) sides.acts += 1;
    if (suffers) sides.suffers += 1;
    if (acts) sides.dead += OF_ROW.dead[i];
    if (suffers) sides.deadOf += OF_ROW.dead[i];
    const add = (n, side) => {
      if (n === at) return;
      if (!others.has(n)) others.set(n, { on: 0, by: 0, dead: 0 });
      others.get(n)[side] += 1;
      others.get(n).dead += OF_ROW.dead[i];
    };
    if (acts) for (const n of new Set(on)) add(n, "on");
    if (suffers) for (const n of new Set(by)) add(n, "by");
  }
  const top = [...others].sort((a, b) => b[1].on + b[1].by - a[1].on - a[1].by || a[0] - b[0]).slice(0, 8);
  const against = top.map(([n, { on, by, dead }]) =>
    lineOf(
      plainButton(TEXTS.partyNames[n], () => visit("actor", TEXTS.parties[n][0])),
      on,
      by,
      dead,
    ),
  );
  const division = facetOf("admin1");
  const placed = rows.filter((i) => division.of[i] < division.keys.length);
  const where = tally(placed, (i) => [division.of[i]]);
  return [
    el(
      "section",
      {},
      el("h3", {}, "In short"),
      table(
        "In short",
        [["Side"], [what(), true], ["Dead in them", true]],
        [lineOf("acts", sides.acts, sides.dead), lineOf("is acted on", sides.suffers, sides.deadOf)],
      ),
    ),
    el(
      "section",
      {},
      el("h3", {}, "Against whom"),
      against.length
        ? table("Against whom", [["Other side"], ["It acts", true], ["The other acts", true], ["Dead", true]], against)
        : el("p", {}, "No other side is named."),
    ),
    kindsTable(rows),
    counted(
      "Where",
      "Province",
      where,
      (n) => division.names[n],
      (n) => choose({}, { admin1: [division.keys[n]] }),
    ),
    controlTable((change) => [change[5], change[7]].includes(TEXTS.parties[at]?.[0])),
  ];
}

function placeParts(rows, name, key) {
  const who = (column) => tally(rows, (i) => listOf(column, i));
  const see = (n) => visit("actor", TEXTS.parties[n][0]);
  const nameOf = (n) => TEXTS.partyNames[n];
  const isOf = {
    place: ([id, label_]) => id === key || label_ === key,
    admin1: ([, , admin1, country]) => `${country}/${admin1}` === key,
    country: ([, , , country]) => country === key,
  }[name];
  return [
    kindsTable(rows),
    counted("Who acts", "Actor", who("actors"), nameOf, see),
    counted("Against whom", "Recipient", who("recipients"), nameOf, see),
    controlTable(isOf),
  ];
}
function controlTable(isOf) {
  const lines = TEXTS.territory
    .filter(isOf)
    .slice(-8)
    .reverse()
    .map(([, place, , , day, , holder, , before, , row]) =>
      lineOf(
        row === null ? dayText(day) : plainButton(dayText(day), () => openRow(row), { class: "plain day" }),
        place,
        before ? `${holder}, from ${before}` : holder,
      ),
    );
  return el(
    "section",
    {},
    el("h3", {}, "Control"),
    lines.length
      ? table("Control", [["Day"], ["Place"], ["Held by"]], lines)
      : el("p", {}, "No change of control is told."),
  );
}

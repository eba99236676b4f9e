// Casualties, who against whom, and claims that do not agree, of the rows that pass the filters.

// sums over the single incidents that happened, each once; without a best figure the low one stands in, without an
// upper bound the best
function tollOf(kind, rows) {
  const [lows, bests, highs] = ["low", "best", "high"].map((end) => COLUMNS[`${kind}_${end}`]);
  const sum = { kind, incidents: 0, low: 0, best: 0, high: 0, isOpen: false, hasBest: Boolean(bests) };
  for (const i of rows) {
    if (lows[i] === NONE && highs[i] === NONE) continue;
    const low = Math.max(0, lows[i]);
    const best = bests && bests[i] !== NONE ? bests[i] : low;
    sum.incidents += 1;
    sum.low += low;
    sum.best += best;
    sum.high += highs[i] === NONE ? best : highs[i];
    sum.isOpen = sum.isOpen || highs[i] === NONE;
  }
  return sum;
}
function drawCasualties(rows) {
  const happened = TEXTS.words.status_code.map((code) => !NOT_HAPPENED.includes(code));
  const single = rows.filter((i) => isSingle(i) && happened[COLUMNS.status_code[i]]);
  const sums = ["killed", "injured", "captured"].map((kind) => tollOf(kind, single));
  const top = Math.max(1, ...sums.map((sum) => sum.high));
  // what nobody tells is no zero
  const cell = (sum, isTold, text) => el("td", { class: "n" }, sum.incidents && isTold ? text : "–");
  const lines = sums.map((sum) =>
    lineOf(
      sum.kind[0].toUpperCase() + sum.kind.slice(1),
      sum.incidents,
      cell(sum, true, number(sum.low)),
      cell(sum, sum.hasBest, number(sum.best)),
      cell(sum, true, number(sum.high) + (sum.isOpen ? " or more" : "")),
      sum.incidents ? rangeBar(sum, top) : "",
    ),
  );
  const head = [["People"], ["Incidents that tell", true], ["Low", true], ["Best", true], ["High", true], ["Range"]];
  const unknown = single.filter((i) => COLUMNS.casualties_unknown[i] === 1).length;
  byId("casualties").replaceChildren(
    scrolling("Casualties", table("Casualties", head, lines)),
    el(
      "p",
      {},
      `Over ${number(single.length)} single incidents that happened, each once with all its phases; plans, denials ` +
        "and rows that sum many are left out. " +
        `${number(unknown)} say that the number is not known. Incidents that tell nothing count as nothing.`,
    ),
  );
}
function rangeBar(sum, top) {
  const x = (n) => 6 + (188 * n) / top;
  const points = sum.hasBest
    ? [[sum.best, 6]]
    : [
        [sum.low, 3],
        [sum.high, 3],
      ];
  return svg(
    "svg",
    { viewBox: "0 0 200 24", class: "range", "aria-hidden": "true" },
    svg("line", { x1: x(sum.low), x2: x(sum.high), y1: 12, y2: 12 }),
    ...points.map(([n, r]) => svg("circle", { cx: x(n), cy: 12, r })),
  );
}

// of each two parties how often each acts on the other, and the dead of those rows; the commonest first
function pairsAmong(rows) {
  const numbers = new Map();
  const [keys, to, from, dead] = [[], [], [], []];
  const parties = TEXTS.parties.length;
  const { actors, recipients, actors_at: by, recipients_at: on } = COLUMNS;
  for (const i of rows) {
    for (let m = by[i]; m < by[i + 1]; m++) {
      for (let r = on[i]; r < on[i + 1]; r++) {
        const [actor, recipient] = [actors[m], recipients[r]];
        if (actor === recipient) continue;
        const key = actor < recipient ? actor * parties + recipient : recipient * parties + actor;
        let n = numbers.get(key);
        if (n === undefined) {
          numbers.set(key, (n = keys.length));
          keys.push(key);
          to.push(0);
          from.push(0);
          dead.push(0);
        }
        if (actor < recipient) to[n] += 1;
        else from[n] += 1;
        dead[n] += OF_ROW.dead[i];
      }
    }
  }
  const sum = (n) => to[n] + from[n];
  // the whole need not be sorted for its first dozen
  const most = Int32Array.from(keys, (_, n) => -sum(n)).sort()[MOST.pairs - 1] * -1 || 0;
  const order = keys.map((_, n) => n).filter((n) => sum(n) >= most);
  order.sort((x, y) => sum(y) - sum(x) || keys[x] - keys[y]);
  const pairOf = (n) => ({
    a: Math.floor(keys[n] / parties),
    b: keys[n] % parties,
    to: to[n],
    from: from[n],
    dead: dead[n],
  });
  return { count: keys.length, top: order.slice(0, MOST.pairs).map(pairOf) };
}
// Who against whom, the commonest pairs first: a grid of all actors fits no screen, and most of it is empty. Both ways
// of a pair stand in one line.
function drawPairs(rows) {
  const { count, top } = pairsAmong(rows);
  if (!count) return byId("pairs").replaceChildren(el("p", {}, "No row here names both sides."));
  const most = Math.max(...top.map(({ to, from }) => Math.max(to, from)));
  const left = count - top.length;
  return byId("pairs").replaceChildren(
    el(
      "ul",
      { class: "pairs" },
      top.map((pair) => pairLine(pair, most)),
    ),
    el(
      "p",
      {},
      `Choose a number to see the rows.${left ? ` ${some(left, "rarer pair is", "rarer pairs are")} left out.` : ""}`,
    ),
  );
}
function pairLine({ a, b, to, from, dead }, most) {
  // the side that acts more often stands left
  const [left, right, more, fewer] = to >= from ? [a, b, to, from] : [b, a, from, to];
  const keys = (n) => [TEXTS.parties[n][0]];
  const [leftName, rightName] = [left, right].map((n) => TEXTS.partyNames[n]);
  const way = (n, actor, recipient, arrow) => {
    if (!n) return null;
    const [who, whom] = [TEXTS.partyNames[actor], TEXTS.partyNames[recipient]];
    const says = `${some(n, "row", "rows")}: ${who} against ${whom}`;
    const see = () => choose({}, { by: keys(actor), against: keys(recipient), actor: [] });
    return el(
      "span",
      { class: "way" },
      plainButton(`${arrow} ${number(n)}`, see, { "aria-label": says, "data-pair": "" }),
      el("meter", { max: most, value: n, "aria-hidden": "true" }),
    );
  };
  return el(
    "li",
    {},
    el("span", { class: "side" }, leftName),
    el("span", { class: "ways" }, way(more, left, right, "→"), way(fewer, right, left, "←")),
    el("span", { class: "side" }, rightName),
    el("span", { class: "toll" }, dead ? `${number(dead)} dead` : ""),
  );
}

// incidents whose claims do not agree, newest first
function drawContradictions(rows) {
  const at = COLUMNS.contradictions_at;
  const told = rows.filter((i) => at[i + 1] > at[i]);
  const known = facetOf("contradiction");
  const matter = (i, n, k) => {
    const [claims, held] = TEXTS.apart[at[i] + k];
    const holds = held === null ? "" : ` The release holds: ${held}.`;
    return el("div", {}, el("strong", {}, known.names[n]), `: ${claims}.${holds}`);
  };
  const lines = [...told.slice(0, MOST.places)].map((i) => {
    const open = plainButton(titleOf(i), () => openRow(i));
    return lineOf(open, [...listOf("contradictions", i)].map((n, k) => matter(i, n, k)));
  });
  const left = told.length - lines.length;
  byId("contradictions").replaceChildren(
    lines.length
      ? scrolling("Contradictions", table("Contradictions", [["Incident"], ["As told"]], lines))
      : el("p", {}, "No claims here that do not agree."),
    left
      ? el(
          "p",
          {},
          `The newest of ${number(told.length)}; `,
          plainButton("list all", () => choose({}, { contradiction: known.keys })),
        )
      : "",
  );
}

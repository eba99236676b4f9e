// The rows that pass the filters, as CSV or GeoJSON.

// how a spreadsheet knows a formula: by the first sign that is seen; an apostrophe makes it text
const FORMULA =
  /^(?:[\t\r\n]|[\s\p{Z}\p{C}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]*[=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−﬩⩵⩶])/u;

// by the names that the release's tables have
function recordOf(i) {
  const [placeId, place, admin2, admin1, country, latitude, longitude, precision] = placeOf(i);
  const figures = {};
  for (const kind of ["killed", "injured", "captured"]) {
    for (const end of ["low", "best", "high"])
      if (COLUMNS[`${kind}_${end}`]) figures[`${kind}_${end}`] = figureAt(`${kind}_${end}`, i);
  }
  return {
    [COLUMNS.is_incident[i] ? "incident_id" : "event_id"]: IDS[i],
    date_start: dayText(COLUMNS.date_start[i]),
    date_end: dayText(COLUMNS.date_end[i]),
    date_precision_code: word("date_precision_code", i),
    incident_type_code: kindOf(i),
    acled_event_type: word("acled_event_type", i),
    acled_sub_event_type: word("acled_sub_event_type", i),
    weapon_code: word("weapon_code", i),
    target_codes: wordsOf("target_codes", i).join("; "),
    status_code: statusOf(i),
    certainty_code: word("certainty_code", i),
    is_aggregate: COLUMNS.is_aggregate[i] === 1,
    actors: namesOf("actors", i).join("; "),
    recipients: namesOf("recipients", i).join("; "),
    place_id: placeId,
    place_label: place,
    admin2_name: admin2,
    admin1_name: admin1,
    country_code: country,
    latitude,
    longitude,
    geo_precision_code: precision,
    ...figures,
    killed_groups: wordsOf("killed_groups", i).join("; "),
    publishers: wordsOf("publishers", i).filter(Boolean).join("; "),
    publisher_count: figureAt("publisher_count", i),
    document_count: figureAt("document_count", i),
    first_reported_date: dayText(COLUMNS.first_reported_date[i]),
    claimed_by: wordsOf("claimed_by", i).join("; "),
    denied_by: wordsOf("denied_by", i).join("; "),
  };
}
function csvOf(order) {
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value !== "string") return String(value);
    const text = FORMULA.test(value) ? "'" + value : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  // incidents and other events in one file have one column of ids
  const records = Array.from(order, (i) => {
    const { incident_id: incident, event_id: event, ...rest } = recordOf(i);
    return { id: incident || event, ...rest };
  });
  const names = records.length ? Object.keys(records[0]) : ["id"];
  const lines = records.map((record) => names.map((name) => cell(record[name])).join(","));
  return "\ufeff" + [names.join(","), ...lines].join("\r\n") + "\r\n";
}
function geoJsonOf(order) {
  const features = Array.from(order, (i) => {
    const { latitude, longitude, ...properties } = recordOf(i);
    const geometry = latitude === null ? null : { type: "Point", coordinates: [longitude, latitude] };
    return { type: "Feature", id: IDS[i], geometry, properties };
  });
  return JSON.stringify({ type: "FeatureCollection", features });
}
function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
function wireDownloads() {
  const name = (ending) => `sitrep-${document.documentElement.dataset.version || "release"}-rows.${ending}`;
  byId("csv").addEventListener("click", () => save(name("csv"), "text/csv", csvOf(shown.order)));
  byId("geojson").addEventListener("click", () =>
    save(name("geojson"), "application/geo+json", geoJsonOf(shown.order)),
  );
}

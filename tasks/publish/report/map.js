// The map: outlines, degrees and circles on a canvas, in Mercator's projection.

const north = (latitude) => {
  const turned = (Math.max(-84, Math.min(84, latitude)) * Math.PI) / 180;
  return (-180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + turned / 2));
};

// a line of first point and steps, in units of so many degrees, as points of the map
function pointsOf(line, step) {
  const points = [];
  for (let n = 0, x = 0, y = 0; n < line.length; n += 2) {
    x += line[n];
    y += line[n + 1];
    points.push([x * step, north(y * step)]);
  }
  return points;
}

const map = (() => {
  const canvas = byId("map");
  const pen = canvas.getContext("2d");
  // x and y of the middle in degrees of the equator, k pixels a degree
  const view = { x: 0, y: 0, k: 1 };
  // pixels within which places are one circle, and the nearest view, in which none are put together
  const CLUSTER = 34;
  const NEAREST = 400;
  let points = null;
  let spots = []; // places with rows
  let circles = []; // spots, or several that lie close
  let land = null;
  let divisions = null;
  let most = 1;

  function borders() {
    const { step, lines } = TEXTS.divisions;
    const path = new Path2D();
    for (const line of Object.values(lines).flat())
      pointsOf(line, step).forEach(([x, y], n) => (n ? path.lineTo(x, y) : path.moveTo(x, y)));
    return path;
  }
  function outlines() {
    const { step, arcs, rings } = JSON.parse(byId("outlines").textContent);
    const lines = arcs.map((arc) => pointsOf(arc, step));
    const path = new Path2D();
    for (const ring of rings) {
      const corners = ring.flatMap((n) => (n < 0 ? [...lines[~n]].reverse() : lines[n]));
      // a ring over the 180th degree goes on beyond it, and is drawn once more at the other edge of the map
      let turns = 0;
      const xs = corners.map(([x], n) => {
        const leap = n ? x - corners[n - 1][0] : 0;
        if (Math.abs(leap) > 180) turns -= Math.sign(leap) * 360;
        return x + turns;
      });
      const shifts = [0, ...(xs.some((x) => x > 180) ? [-360] : []), ...(xs.some((x) => x < -180) ? [360] : [])];
      for (const shift of shifts) {
        corners.forEach(([, y], n) => (n ? path.lineTo(xs[n] + shift, y) : path.moveTo(xs[n] + shift, y)));
        path.closePath();
      }
    }
    return path;
  }

  const size = () => [canvas.clientWidth || 600, canvas.clientHeight || 380];
  const toPixel = ([x, y]) => {
    const [width, height] = size();
    return [width / 2 + (x - view.x) * view.k, height / 2 + (y - view.y) * view.k];
  };

  function clamp() {
    const [width, height] = size();
    view.k = Math.min(NEAREST, Math.max(Math.min(width / 360, height / 300), view.k));
    view.x = Math.min(180, Math.max(-180, view.x));
    view.y = Math.min(170, Math.max(-170, view.y));
  }

  // the whole of what is shown, a country's middle only where nothing is more exact
  function fit() {
    const exact = spots.filter((spot) => spot.precision !== "country");
    fitTo(exact.length ? exact : spots);
  }
  function fitTo(box) {
    const [width, height] = size();
    if (!box.length) Object.assign(view, { x: 0, y: -15, k: width / 360 });
    else {
      const xs = box.map((spot) => spot.at[0]);
      const ys = box.map((spot) => spot.at[1]);
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const k = Math.min((width - 60) / Math.max(2, right - left), (height - 60) / Math.max(2, bottom - top));
      Object.assign(view, { x: (left + right) / 2, y: (top + bottom) / 2, k });
    }
    clamp();
  }

  function draw() {
    const [width, height] = size();
    const sharp = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * sharp) || canvas.height !== Math.round(height * sharp)) {
      canvas.width = Math.round(width * sharp);
      canvas.height = Math.round(height * sharp);
    }
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue("--" + name).trim();
    land = land || outlines();
    divisions = divisions || borders();
    gather();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = colour("ground");
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(
      sharp * view.k,
      0,
      0,
      sharp * view.k,
      sharp * (width / 2 - view.x * view.k),
      sharp * (height / 2 - view.y * view.k),
    );
    pen.fillStyle = colour("land");
    pen.strokeStyle = colour("border");
    pen.lineWidth = 0.8 / view.k;
    pen.fill(land);
    pen.stroke(land);
    pen.lineWidth = 0.7 / view.k;
    pen.strokeStyle = colour("division");
    if (view.k > 3) pen.stroke(divisions);
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    drawDegrees(width, height, colour);
    drawCircles(colour);
    drawNames(width, height, colour);
  }

  function drawDegrees(width, height, colour) {
    const step = [30, 20, 10, 5, 2, 1, 0.5].find((degrees) => degrees * view.k < width / 3) || 0.5;
    pen.strokeStyle = colour("line");
    pen.fillStyle = colour("soft");
    pen.lineWidth = 0.6;
    pen.font = "10px system-ui, sans-serif";
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    const line = (x1, y1, x2, y2) => {
      pen.beginPath();
      pen.moveTo(x1, y1);
      pen.lineTo(x2, y2);
      pen.stroke();
    };
    for (let degrees = -180; degrees <= 180; degrees += step) {
      const [x] = toPixel([degrees, 0]);
      if (x >= 0 && x <= width) {
        line(x, 0, x, height);
        pen.fillText(`${Math.abs(degrees)}°${degrees < 0 ? "W" : degrees > 0 ? "E" : ""}`, x + 3, height - 4);
      }
      const [, y] = toPixel([0, north(degrees)]);
      if (Math.abs(degrees) < 85 && y >= 12 && y <= height - 14) {
        line(0, y, width, y);
        pen.fillText(`${Math.abs(degrees)}°${degrees < 0 ? "S" : degrees > 0 ? "N" : ""}`, 3, y - 3);
      }
    }
  }

  // places that lie within the same square of the screen become one circle, which opens when the map comes nearer; the
  // squares stand on the ground, so that none changes as the map is moved
  function gather() {
    const cells = new Map();
    for (const spot of spots) {
      const [x, y] = spot.at;
      const cell = view.k >= NEAREST ? 1e-5 : CLUSTER / view.k;
      const key = Math.floor(x / cell) * 1e8 + Math.floor(y / cell);
      if (cells.has(key)) cells.get(key).push(spot);
      else cells.set(key, [spot]);
    }
    circles = [...cells.values()].map((of) => {
      if (of.length === 1) return { ...of[0], spots: of };
      const sum = (name) => of.reduce((total, spot) => total + spot[name], 0);
      const add = (name) => of[0][name].map((_, n) => of.reduce((total, spot) => total + spot[name][n], 0));
      const n = sum("n");
      const top = of.reduce((best, spot) => (spot.n > best.n ? spot : best));
      const middle = [0, 1].map((axis) => of.reduce((total, spot) => total + spot.at[axis] * spot.n, 0) / n);
      return { ...top, spots: of, n, dead: sum("dead"), kinds: add("kinds"), sure: add("sure"), at: middle };
    });
    circles.sort((a, b) => weight(b) - weight(a));
    most = Math.max(1, ...circles.slice(0, 1).map(weight));
  }
  const weight = (circle) => (state.size === "dead" ? circle.dead : circle.n);
  const radius = (circle) => 4 + 16 * Math.sqrt(weight(circle) / most) * Math.min(1, 0.2 + most / 50);
  const isExact = ({ precision }) => precision === "point" || precision === "settlement";

  // slices by kind, an outline by the commonest certainty; the fewer on top, so that none hides
  const OUTLINES = { confirmed: [], reported: [], claimed: [4, 3], unverified: [1, 3], disputed: [7, 2, 1, 2] };
  function drawCircles(colour) {
    const inks = CLASSES.map(([, name]) => colour(name.slice(2)));
    for (const circle of circles) {
      const [x, y] = toPixel(circle.at);
      const r = radius(circle);
      const whole = circle.kinds.reduce((sum, n) => sum + n, 0);
      let turned = -Math.PI / 2;
      pen.globalAlpha = isExact(circle) ? 0.75 : 0.35;
      circle.kinds.forEach((n, kind) => {
        if (!n) return;
        const next = turned + (2 * Math.PI * n) / whole;
        pen.beginPath();
        if (n < whole) pen.moveTo(x, y);
        pen.arc(x, y, r, turned, next);
        pen.fillStyle = inks[kind];
        pen.fill();
        turned = next;
      });
      pen.globalAlpha = 1;
      const top = circle.sure.reduce((best, n, code) => (n > circle.sure[best] ? code : best), 0);
      const code = TEXTS.words.certainty_code[top] || "reported";
      pen.beginPath();
      pen.arc(x, y, r, 0, 7);
      pen.strokeStyle = colour("ink");
      pen.lineWidth = code === "confirmed" || code === "disputed" ? 2.2 : 1;
      pen.setLineDash(OUTLINES[code] || []);
      pen.stroke();
      pen.setLineDash([]);
    }
  }

  // countries with rows first, then the commonest places, then other countries; none over another
  function drawNames(width, height, colour) {
    const taken = [];
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    const write = (text, x, y, font, ink) => {
      pen.font = font;
      const half = pen.measureText(text).width / 2 + 3;
      if (x - half < 0 || x + half > width || y < 10 || y > height - 18) return;
      if (taken.some(([l, t, r, b]) => x - half < r && x + half > l && y - 8 < b && y + 8 > t)) return;
      taken.push([x - half, y - 8, x + half, y + 8]);
      pen.lineWidth = 3;
      pen.strokeStyle = colour("ground");
      pen.strokeText(text, x, y);
      pen.fillStyle = colour(ink);
      pen.fillText(text, x, y);
    };
    const rows = new Map();
    for (const spot of spots) rows.set(spot.country, (rows.get(spot.country) || 0) + spot.n);
    const named = Object.entries(TEXTS.countries).filter(([, [, latitude]]) => latitude !== null);
    named.sort((a, b) => (rows.get(b[0]) || 0) - (rows.get(a[0]) || 0));
    const country = ([, [name, latitude, longitude]]) => {
      const [x, y] = toPixel([longitude, north(latitude)]);
      write(name.toUpperCase(), x, y, "600 11px system-ui, sans-serif", "soft");
    };
    named
      .filter(([code]) => rows.has(code))
      .slice(0, MOST.countryNames)
      .forEach(country);
    const exact = circles.filter((circle) => circle.precision !== "country" && circle.name);
    for (const circle of exact.slice(0, MOST.names)) {
      const [x, y] = toPixel(circle.at);
      const more = circle.spots.length > 1 ? ` +${number(circle.spots.length - 1)}` : "";
      write(circle.name + more, x, y - radius(circle) - 8, "12px system-ui, sans-serif", "ink");
    }
    if (view.k > 8) named.filter(([code]) => !rows.has(code)).forEach(country);
  }

  function show(rows, doesFit) {
    const places = TEXTS.places.length;
    points ||= TEXTS.places.map(([, , , , , latitude, longitude]) =>
      latitude === null ? null : [longitude, north(latitude)],
    );
    const [classes, sures] = [CLASSES.length, TEXTS.words.certainty_code.length];
    const [n, dead] = [new Int32Array(places), new Int32Array(places)];
    const [kinds, sure] = [new Int32Array(places * classes), new Int32Array(places * sures)];
    for (const i of rows) {
      const place = COLUMNS.place[i];
      n[place] += 1;
      dead[place] += OF_ROW.dead[i];
      kinds[place * classes + OF_ROW.kind[i]] += 1;
      if (COLUMNS.certainty_code[i] !== NONE) sure[place * sures + COLUMNS.certainty_code[i]] += 1;
    }
    spots = [];
    let placed = 0;
    for (let place = 0; place < places; place++) {
      if (!n[place] || !points[place] || (state.size === "dead" && !dead[place])) continue;
      placed += n[place];
      const [id, name, , , country, , , precision] = TEXTS.places[place];
      spots.push({
        ...{ place, id, name, country, precision, n: n[place], dead: dead[place], at: points[place] },
        kinds: kinds.subarray(place * classes, (place + 1) * classes),
        sure: sure.subarray(place * sures, (place + 1) * sures),
      });
    }
    const size = state.size === "dead" ? "; circles by their dead" : "";
    canvas.setAttribute(
      "aria-label",
      `Map: ${number(placed)} ${what().toLowerCase()} at ${number(spots.length)} places${size}`,
    );
    const off = rows.length - placed;
    const why = state.size === "dead" ? "Without a known place or dead" : "Without a known place";
    byId("unplaced").textContent = off ? `${why}: ${number(off)}.` : "";
    if (doesFit) fit();
    draw();
    drawPlaces(n);
  }

  function drawPlaces(counts) {
    const told = [...spots].sort((a, b) => b.n - a.n || a.place - b.place).slice(0, MOST.places);
    const lines = told.map((spot) => {
      const name = TEXTS.placeNames[spot.place] || "no name";
      return lineOf(
        plainButton(name, () => visit("place", placeKey(TEXTS.places[spot.place], spot.place))),
        counts[spot.place],
        spot.dead,
      );
    });
    const head = [["Place"], [what(), true], ["Dead", true]];
    byId("placetable").replaceChildren(table("The commonest places", head, lines));
  }
  // a circle of several places opens: the map comes nearer, or, where they lie at one spot, they are chosen
  function openCircle({ spots: of }) {
    const xs = of.map(({ at: [x] }) => x);
    const ys = of.map(({ at: [, y] }) => y);
    const wide = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
    if (of.length > 1 && wide * NEAREST > CLUSTER / 8 && view.k < NEAREST) {
      const before = view.k;
      fitTo(of);
      view.k = Math.max(view.k, before * 1.6);
      clamp();
      return draw();
    }
    const keys = of.map(({ place }) => placeKey(TEXTS.places[place], place)).filter(Boolean);
    return keys.length ? choose({}, { place: keys }) : undefined;
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    const near = (circle) => {
      const [x, y] = toPixel(circle.at);
      return Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y);
    };
    const hits = circles
      .map((circle) => [near(circle) - radius(circle), near(circle), circle])
      .filter(([edge]) => edge < 3);
    return hits.sort((a, b) => a[1] - b[1]).map(([, , circle]) => circle)[0];
  }
  function tipOf({ place, spots: of, n, dead }) {
    const more = of.length > 1 ? ` and ${some(of.length - 1, "place", "places")} near it` : "";
    return `${TEXTS.placeNames[place] || "no name"}${more}: ${number(n)}${dead ? `, ${number(dead)} dead` : ""}`;
  }
  function tip(event, circle) {
    const box = byId("tip");
    box.hidden = !circle;
    if (!circle) return;
    const place = canvas.getBoundingClientRect();
    box.textContent = tipOf(circle);
    const left = event.clientX - place.left;
    box.style.left = `${Math.min(left + 12, Math.max(0, place.width - box.offsetWidth - 4))}px`;
    box.style.top = `${event.clientY - place.top + 14}px`;
  }

  const MOVES = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };
  function act(name) {
    if (name === "fit") fit();
    else if (name === "in" || name === "out") view.k *= name === "in" ? 1.6 : 1 / 1.6;
    else {
      const [width] = size();
      view.x += (MOVES[name][0] * width) / 5 / view.k;
      view.y += (MOVES[name][1] * width) / 5 / view.k;
    }
    clamp();
    draw();
  }

  const KEYS = {
    ArrowLeft: "left",
    ArrowRight: "right",
    ArrowUp: "up",
    ArrowDown: "down",
    "+": "in",
    "=": "in",
    "-": "out",
    0: "fit",
  };
  canvas.addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(KEYS[event.key]);
  });
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY, moved: 0 };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return tip(event, at(event));
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    Object.assign(held, { x: event.clientX, y: event.clientY, moved: held.moved + Math.abs(dx) + Math.abs(dy) });
    view.x -= dx / view.k;
    view.y -= dy / view.k;
    clamp();
    return draw();
  });
  canvas.addEventListener("pointerup", (event) => {
    const circle = held && held.moved < 5 ? at(event) : null;
    held = null;
    if (circle) openCircle(circle);
  });
  canvas.addEventListener("pointercancel", () => {
    held = null;
  });
  canvas.addEventListener("pointerleave", (event) => tip(event, null));
  // the wheel scrolls the page until the map has the focus
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (document.activeElement !== canvas && !event.ctrlKey) return;
      event.preventDefault();
      act(event.deltaY < 0 ? "in" : "out");
    },
    { passive: false },
  );
  for (const button of document.querySelectorAll("[data-map]"))
    button.addEventListener("click", () => act(button.dataset.map));
  return { show, draw, circles: () => circles, openCircle };
})();

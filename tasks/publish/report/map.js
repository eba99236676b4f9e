// The map: outlines, degrees and circles on a canvas, in Mercator's projection.

const north = (latitude) => {
  const turned = (Math.max(-84, Math.min(84, latitude)) * Math.PI) / 180;
  return (-180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + turned / 2));
};

const map = (() => {
  const canvas = byId("map");
  const pen = canvas.getContext("2d");
  const points = DATA.places.map(([, , , , latitude, longitude]) =>
    latitude === null ? null : [longitude, north(latitude)],
  );
  // x and y of the middle in degrees of the equator, k pixels a degree
  const view = { x: 0, y: 0, k: 1 };
  let circles = [];
  let land = null;
  let most = 1;

  function outlines() {
    const { step, arcs, rings } = read("outlines");
    const lines = arcs.map((arc) => {
      const line = [];
      for (let n = 0, x = 0, y = 0; n < arc.length; n += 2) {
        x += arc[n];
        y += arc[n + 1];
        line.push([x * step, north(y * step)]);
      }
      return line;
    });
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
    view.k = Math.min(400, Math.max(Math.min(width / 360, height / 300), view.k));
    view.x = Math.min(180, Math.max(-180, view.x));
    view.y = Math.min(170, Math.max(-170, view.y));
  }

  // the whole of what is shown, a country's middle only where nothing is more exact
  function fit() {
    const exact = circles.filter((circle) => circle.precision !== "country");
    const [width, height] = size();
    const box = exact.length ? exact : circles;
    if (!box.length) Object.assign(view, { x: 0, y: -15, k: width / 360 });
    else {
      const xs = box.map((circle) => circle.at[0]);
      const ys = box.map((circle) => circle.at[1]);
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const k = Math.min((width - 60) / Math.max(3, right - left), (height - 60) / Math.max(3, bottom - top));
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

  // thousands of places are drawn small, so that they do not grow into one blot
  const radius = (n) => (circles.length > 600 ? 1.5 : 4) + 14 * Math.sqrt(n / most) * Math.min(1, 0.05 + most / 60);

  // the fewer on top, so that none hides
  function drawCircles(colour) {
    pen.strokeStyle = pen.fillStyle = colour("dot");
    for (const circle of circles) {
      const [x, y] = toPixel(circle.at);
      pen.beginPath();
      pen.arc(x, y, radius(circle.n), 0, 7);
      const isExact = circle.precision === "point" || circle.precision === "settlement";
      pen.globalAlpha = isExact ? 0.5 : 0.12;
      pen.fill();
      pen.globalAlpha = isExact && circles.length > 600 ? 0.4 : 1;
      pen.lineWidth = isExact ? 1 : 1.6;
      pen.setLineDash(circle.precision === "country" ? [2, 3] : []);
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  // countries with events first, then the commonest places, then other countries; none over another
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
    const events = new Map();
    for (const circle of circles) events.set(circle.country, (events.get(circle.country) || 0) + circle.n);
    const named = Object.entries(DATA.countries).filter(([, [, latitude]]) => latitude !== null);
    named.sort((a, b) => (events.get(b[0]) || 0) - (events.get(a[0]) || 0));
    const country = ([, [name, latitude, longitude]]) => {
      const [x, y] = toPixel([longitude, north(latitude)]);
      write(name.toUpperCase(), x, y, "600 11px system-ui, sans-serif", "soft");
    };
    named
      .filter(([code]) => events.has(code))
      .slice(0, MOST.countryNames)
      .forEach(country);
    const exact = circles.filter((circle) => circle.precision !== "country" && circle.name);
    for (const circle of [...exact].sort((a, b) => b.n - a.n).slice(0, 25)) {
      const [x, y] = toPixel(circle.at);
      write(circle.name, x, y - radius(circle.n) - 8, "12px system-ui, sans-serif", "ink");
    }
    if (view.k > 4) named.filter(([code]) => !events.has(code)).forEach(country);
  }

  function show(rows, doesFit) {
    const counted = count(rows.map((i) => EVENTS.place[i]));
    // a place is told once, whichever of its names the events give it
    circles = counted
      .filter(([place]) => points[place])
      .map(([place, n]) => ({
        place,
        n,
        at: points[place],
        name: DATA.places[place][0],
        country: DATA.places[place][3],
        precision: DATA.places[place][6],
      }));
    most = circles.reduce((top, circle) => Math.max(top, circle.n), 1);
    const placed = circles.reduce((sum, circle) => sum + circle.n, 0);
    canvas.setAttribute("aria-label", `Map: ${number(placed)} events at ${number(circles.length)} places`);
    byId("unplaced").textContent =
      placed < rows.length ? `Without a known place: ${number(rows.length - placed)}.` : "";
    if (doesFit) fit();
    draw();
    drawPlaces(counted);
  }

  function drawPlaces(counted) {
    const lines = counted
      .filter(([place]) => PLACE_NAMES[place])
      .slice(0, MOST.places)
      .map(([place, n]) =>
        el(
          "tr",
          {},
          el(
            "th",
            { scope: "row" },
            plainButton(PLACE_NAMES[place], () => choose({ place: PLACE_NAMES[place] })),
          ),
          el("td", { class: "n" }, number(n)),
        ),
      );
    byId("placetable").replaceChildren(table("The commonest places", [["Place"], ["Events", true]], lines));
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    const near = (circle) => {
      const [x, y] = toPixel(circle.at);
      return Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y);
    };
    const hits = circles
      .map((circle) => [near(circle) - radius(circle.n), near(circle), circle])
      .filter(([edge]) => edge < 3);
    return hits.sort((a, b) => a[1] - b[1]).map(([, , circle]) => circle)[0];
  }
  function tip(event, circle) {
    const box = byId("tip");
    box.hidden = !circle;
    if (!circle) return;
    const place = canvas.getBoundingClientRect();
    box.textContent = `${PLACE_NAMES[circle.place] || "no name"}: ${number(circle.n)}`;
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
    if (circle && PLACE_NAMES[circle.place]) choose({ place: PLACE_NAMES[circle.place] });
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
  return { show, draw };
})();

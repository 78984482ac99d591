// Draws the figure that stands in the page as JSON (written by Sources/Ops/Figures/Page/PageData.swift) with Plotly.js.

// MARK: Light and dark

const font = () => ({ family: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif', size: 13, color: themed("ink") });

/// The colour of a series on the page's ground: on a dark one a grey changes sides, and a dark colour is lightened.
function seen(colour) {
  if (!darkness.matches) return colour;
  let rgb = channels(colour);
  if (Math.max(...rgb) - Math.min(...rgb) < 12) return hexOf(rgb.map((one) => 240 - 0.75 * one));
  while (luminance(rgb) < 0.22) rgb = whiter(rgb, 0.08);
  return hexOf(rgb);
}

/// Letters in the colour of a series.
const inkOf = (layer) => (darkness.matches ? hexOf(whiter(channels(seen(layer.colour)), 0.35)) : layer.ink);

// Plotly reads tags and entities in every text.
const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const plains = (texts) => texts && texts.map(plain);
const title = (text) => (text ? { text: plain(text) } : undefined);
const colourScale = (stops) => stops.map((colour, i) => [i / (stops.length - 1), colour]);
const colourBar = { thickness: 12, len: 0.6, outlinewidth: 0 };

// MARK: Traces

/// The traces of a panel; `meta` says which layer a trace shows.
function traces(panel, width, height) {
  const list = [];
  if (panel.map) list.push(heatMap(panel.map));
  if (panel.map && panel.map.texts) list.push(...cellTexts(panel.map, width, height));
  if (panel.picture && panel.picture.map) list.push(overPicture(panel));
  if (panel.surface) list.push(surface(panel.surface));
  panel.layers.forEach((layer, index) => {
    const made = layer.shape === "arrows" ? arrows(layer, panel) : [mark(layer, panel)];
    for (const trace of made) list.push({ ...trace, meta: { layer: index } });
  });
  return list;
}

/// Points, a line or bars.
function mark(layer, panel) {
  const isSpace = Boolean(layer.z);
  const trace = {
    type: isSpace ? "scatter3d" : "scatter", x: layer.x, y: layer.y, name: plain(layer.name || ""),
    showlegend: Boolean(layer.name) && panel.legend, legendgroup: layer.name || undefined,
  };
  if (isSpace) trace.z = layer.z;
  if (layer.shape === "line") {
    return { ...trace, mode: layer.x.length === 1 ? "markers" : "lines", line: { color: seen(layer.colour), width: layer.dashed ? 1.2 : 2, dash: layer.dash } };
  }
  if (layer.shape === "bars") {
    const texts = layer.y.map((y, i) => `${plain((panel.y.names || [])[Math.round(y)] || "")}: ${short(layer.x[i])}`);
    return { ...trace, type: "bar", orientation: "h", width: layer.width, marker: { color: seen(layer.colour), opacity: 0.9 }, hovertext: texts, hoverinfo: "text" };
  }
  if (layer.shape === "boxes") {
    return { ...trace, type: "bar", width: layer.width, marker: { color: seen(layer.colour), opacity: layer.hollow ? 0.5 : 0.9 }, hovertext: names(panel, layer), hoverinfo: panel.x.names ? "text+y" : "x+y" };
  }
  const texts = plains(layer.hover || layer.labels);
  trace.mode = "markers";
  // Labels in space are notes (see `notes`), unless there are too many of them.
  if (layer.labels && !(isSpace && hasNotes(panel))) {
    trace.mode = "markers+text";
    trace.text = plains(layer.labels);
    trace.textposition = "top center";
    trace.textfont = { size: 13, color: inkOf(layer) };
  }
  if (!isSpace) trace.cliponaxis = false;
  trace.hovertext = texts;
  trace.hoverinfo = texts ? "text" : isSpace ? "x+y+z" : "x+y";
  trace.marker = { size: layer.size * (isSpace ? 0.7 : 1), color: seen(layer.colour), opacity: layer.opacity, symbol: layer.sign, line: { width: 0 } };
  if (layer.values) {
    Object.assign(trace.marker, { color: layer.values, colorscale: colourScale(panel.colours.stops), cmin: panel.colours.range[0], cmax: panel.colours.range[1], showscale: true, colorbar: colourBar });
  }
  return trace;
}

const names = (panel, layer) => panel.x.names && layer.x.map((x) => plain(panel.x.names[Math.round(x)] || ""));

/// Lines with a cone at the head of each. Cones are as large in all panels: a part of the cube's side.
function arrows(layer, panel) {
  const line = { x: [], y: [], z: [] };
  const tip = { x: [], y: [], z: [], u: [], v: [], w: [] };
  const sides = ["x", "y", "z"].map((axis) => panel[axis].range[1] - panel[axis].range[0]);
  for (let i = 0; i + 1 < layer.x.length; i += 2) {
    const steps = ["x", "y", "z"].map((axis, k) => {
      line[axis].push(layer[axis][i], layer[axis][i + 1], null);
      return (layer[axis][i + 1] - layer[axis][i]) / sides[k];
    });
    const length = Math.hypot(...steps);
    if (!layer.tips || length === 0) continue;
    ["x", "y", "z"].forEach((axis, k) => {
      tip[axis].push(layer[axis][i + 1]);
      tip["uvw"[k]].push((steps[k] / length) * sides[k] * Math.min(1, length / 0.1));
    });
  }
  const common = { name: plain(layer.name || ""), legendgroup: layer.name || undefined, hoverinfo: "skip" };
  const list = [{ ...common, type: "scatter3d", mode: "lines", ...line, showlegend: Boolean(layer.name) && panel.legend, line: { color: seen(layer.colour), width: 5 } }];
  if (tip.x.length > 0) {
    list.push({ ...common, type: "cone", ...tip, anchor: "tip", sizemode: "raw", sizeref: 0.045, showscale: false, showlegend: false, colorscale: [[0, seen(layer.colour)], [1, seen(layer.colour)]], lighting: { ambient: 0.85 } });
  }
  return list;
}

function heatMap(map) {
  const ends = map.log ? map.colours.range.map(Math.log10) : map.colours.range;
  const rowsOf = (list) => Array.from({ length: map.rows }, (_, row) => list.slice(row * map.columns, (row + 1) * map.columns));
  const z = rowsOf(map.log ? map.values.map((value) => (value === null ? null : Math.log10(value))) : map.values);
  const bar = { ...colourBar, len: 0.9 };
  if (map.log) {
    const powers = [];
    for (let power = Math.ceil(ends[0]); power <= ends[1]; power++) powers.push(power);
    const places = powers.length > 1 ? powers : [ends[0], (ends[0] + ends[1]) / 2, ends[1]];
    Object.assign(bar, { tickvals: places, ticktext: places.map((place) => short(10 ** place)) });
  }
  const trace = { type: "heatmap", z, zmin: ends[0], zmax: ends[1], colorscale: colourScale(map.colours.stops), colorbar: bar, hoverongaps: false };
  if (map.values.length <= 100000) {
    const name = (names, index) => (names ? plain(names[index]) : String(index));
    const values = rowsOf(map.values);
    const texts = map.texts && rowsOf(plains(map.texts));
    const hover = map.hover && rowsOf(plains(map.hover));
    trace.hovertext = values.map((cells, row) => cells.map((cell, column) => {
      const said = hover ? hover[row][column] : texts ? texts[row][column] : "";
      return `${name(map.rowNames, row)}, ${name(map.columnNames, column)}: ${cell === null ? "nan" : Number(cell.toPrecision(5))}${said ? `<br>${said}` : ""}`;
    }));
    trace.hoverinfo = "text";
  }
  return trace;
}

/// The texts in the cells of a map, black or white as the cell is light or dark, and cut to it. `width` and `height` of the panel in pixels.
function cellTexts(map, width, height) {
  const cell = { width: (width - 150) / map.columns - 4, height: (height - 60) / map.rows - 2 };
  const lengths = map.texts.map((text) => [...text].length).sort((a, b) => a - b);
  const usual = Math.max(1, lengths[Math.floor(lengths.length * 0.9)]);
  const size = Math.floor(Math.min(13, Math.max(cell.width / (usual * 0.6), 7), cell.height / 1.1));
  const limit = Math.floor(cell.width / (size * 0.6));
  if (size < 6 || limit < 2 || map.values.length > 5000) return [];
  const cut = (text) => ([...text].length > limit ? [...text].slice(0, limit - 1).join("") + "…" : text);
  const [low, high] = map.log ? map.colours.range.map(Math.log10) : map.colours.range;
  const ink = (value) => (value === null ? themed("ink") : inkOn(colourAt(map.colours.stops, ((map.log ? Math.log10(value) : value) - low) / (high - low))));
  return [{
    type: "scatter", mode: "text", x: map.values.map((_, at) => at % map.columns), y: map.values.map((_, at) => Math.floor(at / map.columns)),
    text: map.texts.map((text) => plain(cut(text))), textfont: { size, color: map.values.map(ink) }, hoverinfo: "skip", showlegend: false,
  }];
}

// MARK: Texts in colours

function passage(place, { tokens, ends, values, colours }) {
  const box = made("p", { className: "passage" });
  const [low, high] = colours.range;
  tokens.forEach((token, index) => {
    const span = made("span", { textContent: token }, box);
    if (values[index] !== null) {
      const colour = colourAt(colours.stops, (values[index] - low) / (high - low));
      Object.assign(span.style, { background: hexOf(colour), color: inkOn(colour) });
      span.title = short(values[index]);
    }
    if (ends[index]) made("br", {}, box);
  });
  place.style.height = "auto";
  place.replaceChildren(box, scale(colours.stops, short(low), short(high)));
  return Promise.resolve();
}

// MARK: Images

/// The images of the page as addresses of PNG files, each made when it is first drawn.
const addresses = [];
function address(index) {
  if (addresses[index]) return addresses[index];
  const { width, height, pixels } = figure.pictures[index];
  const bytes = atob(pixels);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++) image.data[4 * i + channel] = bytes.charCodeAt(3 * i + channel);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return (addresses[index] = canvas.toDataURL());
}

/// The numbers over an image, on its axes.
function overPicture(panel) {
  const { map, strength } = panel.picture;
  const [[x0, x1], [y0, y1]] = [panel.x.range, panel.y.range];
  const [dx, dy] = [(x1 - x0) / map.columns, (y1 - y0) / map.rows];
  return { ...heatMap(map), x0: x0 + dx / 2, dx, y0: y0 + dy / 2, dy, opacity: strength };
}

function surface(surface) {
  const z = surface.y.map((_, row) => surface.z.slice(row * surface.x.length, (row + 1) * surface.x.length));
  return { type: "surface", x: surface.x, y: surface.y, z, cmin: surface.colours.range[0], cmax: surface.colours.range[1], colorscale: colourScale(surface.colours.stops), colorbar: colourBar, showlegend: false, lighting: { ambient: 0.9, diffuse: 0.2, specular: 0.03 } };
}

// MARK: Labels in space

const labelled = (panel) => panel.layers.filter((layer) => layer.labels && layer.z);
const hasNotes = (panel) => labelled(panel).reduce((sum, layer) => sum + layer.labels.length, 0) <= 80;

/// Labels as Plotly's notes, which stay upright and crisp: each in a place near its point, as `scene` is seen, where it covers no other
/// label and few points and its line crosses little. One that finds no place is left out; the point still answers to the pointer.
function notes(panel, scene, width, height) {
  const axes = ["x", "y", "z"];
  const { x, y, z } = scene.camera.eye;
  const flat = Math.hypot(x, y) || 1e-9;
  const far = Math.hypot(flat, z);
  const right = [-y / flat, x / flat, 0];
  const up = [(-z * x) / flat / far, (-z * y) / flat / far, flat / far];
  const sides = axes.map((axis) => panel[axis].range[1] - panel[axis].range[0]);
  const place = (layer, i) => {
    const at = axes.map((axis, k) => ((layer[axis][i] - panel[axis].range[0]) / sides[k] - 0.5) * scene.aspectratio[axis]);
    const along = (direction) => 0.47 * height * at.reduce((sum, value, k) => sum + value * direction[k], 0);
    return [width / 2 + along(right), height / 2 - along(up)];
  };
  // As far as a point reaches from its middle; what lies under a label of a large one cannot be read.
  const radius = (layer) => (layer.shape === "points" ? layer.size * 0.35 : 0);
  const points = panel.layers.filter((layer) => layer.z).flatMap((layer) => layer.x.map((_, i) => [...place(layer, i), radius(layer)]));
  const taken = [];
  const covers = (box, [px, py, r = 0]) => px + r > box[0] && px - r < box[2] && py + r > box[1] && py - r < box[3];
  const isFree = (box) => !taken.some((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3]);
  const list = [];
  for (const layer of labelled(panel)) {
    layer.labels.forEach((label, i) => {
      const [px, py] = place(layer, i);
      // Letters of 13 pixels are about 8 wide.
      const half = [4 + 4 * [...label].length, 9];
      const gap = Math.max(10, radius(layer) + 5);
      let best;
      for (let ring = 0; ring < 6 && !(best && best.cost < 20); ring++) {
        for (let step = 0; step < 16; step++) {
          const angle = (step * Math.PI) / 8;
          const offset = [Math.cos(angle) * (gap + 16 * ring + half[0]), -Math.sin(angle) * (gap + 16 * ring + half[1])];
          const box = [px + offset[0] - half[0], py + offset[1] - half[1], px + offset[0] + half[0], py + offset[1] + half[1]];
          if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height || !isFree(box)) continue;
          // The line to the middle, as far as the box.
          const outside = 1 - Math.min(half[0] / Math.abs(offset[0]), half[1] / Math.abs(offset[1]));
          const line = [0.3, 0.6, 0.9].map((share) => [px + offset[0] * outside * share, py + offset[1] * outside * share]);
          const crossings = line.filter((dot) => taken.some((one) => covers(one, dot))).length;
          const cost = points.reduce((sum, point) => sum + (covers(box, point) ? (point[2] > 3 ? 20 : 1) : 0), 0) + 20 * crossings;
          if (!best || cost < best.cost) best = { cost, offset, boxes: [box, ...line.map(([lx, ly]) => [lx - 2, ly - 2, lx + 2, ly + 2])] };
        }
      }
      if (!best) return;
      taken.push(...best.boxes);
      list.push({
        x: layer.x[i], y: layer.y[i], z: layer.z[i], text: plain(label), font: { size: 13, color: inkOf(layer) }, ax: best.offset[0], ay: best.offset[1],
        arrowhead: 0, arrowwidth: 0.8, arrowcolor: "#999", borderpad: 1, captureevents: false,
      });
    });
  }
  return list;
}

// MARK: Layout

function layout(panel, width, height, place) {
  const hasLegend = panel.legend && panel.layers.some((layer) => layer.name);
  const common = {
    font: font(), width, height, paper_bgcolor: themed("paper"), plot_bgcolor: themed("paper"), hovermode: "closest", barmode: "overlay", uirevision: "page",
    showlegend: hasLegend, legend: { orientation: "h", x: 0.5, xanchor: "center", y: 0, yanchor: "top", yref: "container", itemsizing: "constant" },
    hoverlabel: { font: { size: 14 }, bordercolor: themed("paper") },
  };
  return panel.z ? { ...common, ...space(panel, width, height, hasLegend, place) } : { ...common, ...plane(panel, width, height, hasLegend) };
}

function space(panel, width, height, hasLegend, place) {
  // A wall behind a point may still be in front of the end of its label, so the walls are left out.
  const axis = (one) => ({
    title: { text: plain(one.label || ""), font: { size: 13 } }, range: one.range, showticklabels: panel.ticks, ticks: "", showspikes: false, zeroline: false,
    showbackground: false, gridcolor: themed("grid"), linecolor: themed("edge"), showline: true, mirror: true, nticks: 6, tickfont: { size: 11, color: themed("quiet") },
  });
  const [azimuth, elevation] = panel.view.map((degrees) => (degrees * Math.PI) / 180);
  // Without perspective the distance changes no size, but what is behind the eye is not drawn: the eye stays outside the box.
  const far = 4;
  const eye = { x: far * Math.cos(elevation) * Math.cos(azimuth), y: far * Math.cos(elevation) * Math.sin(azimuth), z: far * Math.sin(elevation) };
  // A wide picture has room for a wide box. Seen from far away a side of length 1 takes 0.47 of the picture's height.
  const wide = panel.equal ? 1 : Math.max(1, Math.min(1.7, (0.8 * width) / height));
  const across = wide * (Math.abs(Math.cos(azimuth)) + Math.abs(Math.sin(azimuth)));
  const up = across * Math.abs(Math.sin(elevation)) + Math.abs(Math.cos(elevation));
  const scale = Math.min(1.8 / up, (1.75 * width) / height / across);
  const scene = {
    xaxis: axis(panel.x), yaxis: axis(panel.y), zaxis: axis(panel.z), aspectmode: "manual", aspectratio: { x: wide * scale, y: wide * scale, z: scale },
    dragmode: "turntable", camera: { eye, projection: { type: "orthographic" }, center: { x: 0, y: 0, z: 0 } },
  };
  // Plotly keeps what the reader has turned, and a zoom as long as the size stays.
  const seen = place.layout && place.layout.scene;
  place.bottom = hasLegend ? 36 : 0;
  if (hasNotes(panel)) {
    const view = { camera: seen ? seen.camera : scene.camera, aspectratio: seen && place.scale === scale ? seen.aspectratio : scene.aspectratio };
    scene.annotations = notes(panel, view, width, height - place.bottom);
  }
  place.scale = scale;
  return {
    margin: { l: 0, r: 0, t: 0, b: place.bottom },
    legend: { orientation: "h", x: 0.5, xanchor: "center", y: 0, yanchor: "bottom", yref: "container", itemsizing: "constant" },
    scene,
  };
}

/// Places the labels anew when the reader has turned the panel that `current` gives.
function onTurn(place, current) {
  place.on("plotly_relayout", (change) => {
    const panel = current();
    if (!panel.z || !hasNotes(panel) || !Object.keys(change).some((key) => key.startsWith("scene.camera") || key.startsWith("scene.aspect"))) return;
    Plotly.relayout(place, { "scene.annotations": notes(panel, place.layout.scene, place.clientWidth, place.clientHeight - place.bottom) });
  });
}

function plane(panel, width, height, hasLegend) {
  const axis = (one) => {
    const range = one.log ? one.range.map(Math.log10) : one.range;
    return { title: title(one.label), type: one.log ? "log" : "linear", range, gridcolor: themed("grid"), zeroline: false, linecolor: themed("axis"), showline: true, ticks: "outside", ticklen: 4, automargin: true };
  };
  const x = axis(panel.x);
  const y = axis(panel.y);
  if (panel.y.names) {
    Object.assign(y, ticks(panel.y.names, height - 60, 14), { showgrid: false, range: [y.range[1], y.range[0]] });
    Object.assign(x, { zeroline: true, zerolinecolor: themed("axis") });
  } else if (panel.x.names) {
    Object.assign(y, { zeroline: true, zerolinecolor: themed("axis") });
  }
  if (panel.x.names) Object.assign(x, ticks(panel.x.names, width - 90, 8), { showgrid: false });
  if (panel.map) {
    y.range = [y.range[1], y.range[0]];
    for (const one of [x, y]) Object.assign(one, { showgrid: false, ticks: "" });
    const counted = (count) => Array.from({ length: count }, (_, index) => String(index));
    Object.assign(x, ticks(panel.map.columnNames || counted(panel.map.columns), width - 150, panel.map.columnNames ? 16 : 30));
    Object.assign(y, ticks(panel.map.rowNames || counted(panel.map.rows), height - 90, 16));
  }
  let images;
  if (panel.picture) {
    for (const one of [x, y]) Object.assign(one, { visible: false });
    y.range = [y.range[1], y.range[0]];
    const [[x0, x1], [y0, y1]] = [panel.x.range, panel.y.range];
    images = [{ source: address(panel.picture.index), xref: "x", yref: "y", x: x0, y: y0, sizex: x1 - x0, sizey: y1 - y0, sizing: "stretch", layer: "below" }];
  }
  if (panel.equal) Object.assign(y, { scaleanchor: "x" }, { constrain: "domain" });
  if (panel.equal) x.constrain = "domain";
  const margin = panel.picture ? { l: 6, r: 6, t: 4, b: hasLegend ? 40 : 6 } : { l: 50, r: 20, t: 10, b: hasLegend ? 70 : 45 };
  return { xaxis: x, yaxis: y, images, margin, legend: { orientation: "h", x: 0.5, xanchor: "center", y: 0, yanchor: "bottom", yref: "container", itemsizing: "constant" } };
}

/// Names at 0, 1, 2, … as far as there is room.
function ticks(names, room, each) {
  const every = Math.max(1, Math.ceil((names.length * each) / Math.max(room, 1)));
  const shown = names.map((_, index) => index).filter((index) => index % every === 0);
  return { tickmode: "array", tickvals: shown, ticktext: shown.map((index) => plain(names[index])) };
}

const options = { responsive: false, displaylogo: false, displayModeBar: false, scrollZoom: true };

// MARK: Panels side by side

function height(panel, width) {
  // Every bar that lies has its name.
  if (panel.y.names && !panel.map) return Math.max(220, panel.y.names.length * Math.max(18, 12 * panel.layers.filter((layer) => layer.name).length) + 80);
  const rows = Math.ceil(figure.panels.length / figure.columns);
  const ratio = figure.height / rows / (figure.width / figure.columns);
  // A legend has two lines' room; what a longer one needs is added, a line of 23 pixels for as many names as stand side by side.
  const names = panel.legend ? panel.layers.filter((layer) => layer.name).length : 0;
  const more = 23 * Math.max(0, Math.ceil(names / Math.max(1, Math.floor(width / 110))) - 2);
  return more + Math.max(220, Math.min(Math.round(width * (panel.z ? 0.8 : ratio)), Math.round(window.innerHeight * (figure.panels.length > 1 ? 1 : 0.8))));
}

function panels() {
  byId("panels").style.setProperty("--columns", figure.columns);
  // A legend of several lines leaves a narrow panel no room for its axes.
  if (figure.panels.some((panel) => panel.legend && panel.layers.length > 3)) byId("panels").style.setProperty("--least", "380px");
  const places = figure.panels.map((panel) => {
    const box = byId("panels").appendChild(document.createElement("section"));
    box.className = "panel";
    if (panel.title) box.appendChild(document.createElement("h2")).textContent = panel.title;
    const place = box.appendChild(document.createElement("div"));
    const width = box.clientWidth;
    place.style.height = `${height(panel, width)}px`;
    return place;
  });
  const draw = (index) => {
    const width = places[index].clientWidth;
    if (figure.panels[index].passage) return passage(places[index], figure.panels[index].passage);
    places[index].style.height = `${height(figure.panels[index], width)}px`;
    return Plotly.react(places[index], traces(figure.panels[index], width, places[index].clientHeight), layout(figure.panels[index], width, places[index].clientHeight, places[index]), { ...options, scrollZoom: false });
  };
  // Panels far below are drawn when they come near.
  const drawn = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watch.unobserve(entry.target);
      const index = places.indexOf(entry.target);
      drawn.add(index);
      draw(index).then(() => { if (places[index].on) onTurn(places[index], () => figure.panels[index]); finish(); });
    }
  }, { rootMargin: "600px" });
  places.forEach((place) => watch.observe(place));
  onChange(() => drawn.forEach(draw));
}

// MARK: One panel at a time

/// Paths of points through the steps that were asked for by a click: the series' name, the place in it.
const paths = [];
const pathColours = ["#009e73", "#e69f00", "#56b4e9", "#000000", "#cc79a7"];

/// The points of one path, one for each step that has them.
function pathOf(series, index) {
  const found = { x: [], y: [], z: [], steps: [], label: "" };
  figure.panels.forEach((panel, step) => {
    const layer = panel.layers.find((one) => one.shape === "points" && one.name === series && index < one.x.length);
    if (!layer) return;
    for (const axis of ["x", "y", "z"]) if (layer[axis]) found[axis].push(layer[axis][index]);
    found.steps.push(step);
    const labels = layer.labels || layer.hover;
    if (labels) found.label = labels[index];
  });
  return found;
}

function pathTrace({ series, index, colour }, step) {
  const found = pathOf(series, index);
  const sizes = found.steps.map((one) => (one === step ? 9 : 4));
  const trace = {
    type: found.z.length ? "scatter3d" : "scatter", mode: "lines+markers", x: found.x, y: found.y, name: plain(`path of ${found.label || index}`), showlegend: true,
    line: { color: seen(colour), width: found.z.length ? 4 : 2 }, marker: { color: seen(colour), size: sizes },
    hovertext: found.steps.map((one) => plain(`${found.label} · ${stepTitle(one)}`)), hoverinfo: "text", meta: { path: { series, index } },
  };
  return found.z.length ? { ...trace, z: found.z } : trace;
}

const stepTitle = (index) => figure.panels[index].title || `step ${index + 1}`;

function togglePath(series, index) {
  const known = paths.findIndex((one) => one.series === series && one.index === index);
  if (known >= 0) {
    paths.splice(known, 1);
  } else if (pathOf(series, index).steps.length > 1) {
    const taken = paths.map((one) => one.colour);
    paths.push({ series, index, colour: pathColours.find((one) => !taken.includes(one)) || pathColours[paths.length % pathColours.length] });
  }
}

function steps() {
  const place = byId("panels").appendChild(document.createElement("div"));
  const slider = byId("step");
  let current = 0;
  let moving = 0;
  let timer = 0;
  byId("steps").hidden = false;
  slider.max = figure.panels.length - 1;

  const size = () => [place.clientWidth, Math.max(320, Math.min(Math.round(place.clientWidth * (place.clientWidth < 700 ? 0.95 : 0.75)), window.innerHeight - 150))];
  // A trace whose texts change is made anew (by its `uid`): Plotly draws changed texts in space too small.
  const all = (step) => traces(figure.panels[step], ...size()).concat(paths.map((one) => pathTrace(one, step)))
    .map((trace, index) => ({ ...trace, uid: `t${index}${trace.type}${trace.text ? step : ""}` }));
  const draw = (step, list = all(step)) => (figure.panels[step].passage ? passage(place, figure.panels[step].passage) : Plotly.react(place, list, layout(figure.panels[step], ...size(), place), { ...options, scrollZoom: true }));

  /// From the points of the step before to those of this one.
  function move(from, to) {
    const list = all(to);
    const pairs = list.flatMap((trace, index) => {
      const layer = trace.meta && figure.panels[to].layers[trace.meta.layer];
      if (!layer || layer.shape !== "points" || !layer.name) return [];
      const before = figure.panels[from].layers.find((one) => one.shape === "points" && one.name === layer.name && one.x.length === layer.x.length);
      return before && before.x.length <= 500 ? [{ index, before, after: layer }] : [];
    });
    const axes = figure.panels[to].z ? ["x", "y", "z"] : ["x", "y"];
    const between = (pair, axis, share) => pair.after[axis].map((value, i) => pair.before[axis][i] * (1 - share) + value * share);
    const isHeavy = list.reduce((sum, trace) => sum + (trace.x ? trace.x.length : 0), 0) > 4000;
    if (pairs.length === 0 || isHeavy || matchMedia("(prefers-reduced-motion: reduce)").matches) return draw(to, list);
    const turn = ++moving;
    const start = performance.now();
    const frame = () => {
      if (turn !== moving) return;
      const time = Math.min(1, (performance.now() - start) / 400);
      const share = time * time * (3 - 2 * time);
      const update = Object.fromEntries(axes.map((axis) => [axis, pairs.map((pair) => between(pair, axis, share))]));
      Plotly.restyle(place, update, pairs.map((pair) => pair.index)).then(() => time < 1 && requestAnimationFrame(frame));
    };
    const started = list.map((trace, index) => {
      const pair = pairs.find((one) => one.index === index);
      return pair ? { ...trace, ...Object.fromEntries(axes.map((axis) => [axis, between(pair, axis, 0)])) } : trace;
    });
    return draw(to, started).then(frame);
  }

  function show(step) {
    const from = current;
    current = Math.max(0, Math.min(step, figure.panels.length - 1));
    slider.value = current;
    byId("place").textContent = `${current + 1} / ${figure.panels.length} · ${stepTitle(current)}`;
    return from === current ? draw(current) : move(from, current);
  }

  function play(isOn) {
    clearInterval(timer);
    timer = isOn ? setInterval(() => show((current + 1) % figure.panels.length), 1200) : 0;
    byId("play").textContent = isOn ? "Pause" : "Play";
  }

  slider.addEventListener("input", () => { play(false); show(Number(slider.value)); });
  byId("back").addEventListener("click", () => { play(false); show(current - 1); });
  byId("next").addEventListener("click", () => { play(false); show(current + 1); });
  byId("play").addEventListener("click", () => play(timer === 0));
  show(0).then(() => {
    if (!place.on) return finish();
    onTurn(place, () => figure.panels[current]);
    place.on("plotly_click", (event) => {
      const { meta, pointNumber } = event.points[0];
      const found = event.points[0].data.meta || meta || {};
      const layer = figure.panels[current].layers[found.layer];
      if (found.path) togglePath(found.path.series, found.path.index);
      else if (layer && layer.name && layer.shape === "points") togglePath(layer.name, pointNumber);
      else return;
      ++moving;
      draw(current);
    });
    finish();
  });
  onChange(() => { ++moving; draw(current); });
}

// MARK: Page

const isSpace = figure.panels.some((panel) => panel.z);
const hasSteps = figure.panels.length > 1 && (figure.steps || isSpace);
byId("title").textContent = figure.title || (figure.panels.length === 1 && figure.panels[0].title) || "";
if (figure.panels.length === 1) figure.panels[0].title = null;
byId("caption").textContent = figure.caption || "";

if (typeof Plotly === "undefined" && figure.panels.some((panel) => !panel.passage)) {
  document.documentElement.dataset.state = "failed";
  byId("note").textContent = "This page draws with Plotly.js from cdn.plot.ly, which could not be loaded. Open it again with a network, or save the figure again where tw has its own copy of Plotly.js.";
} else {
  byId("hint").textContent = [
    figure.panels.every((panel) => panel.passage) ? "Point at a token to read its number." : isSpace ? "Drag to turn, scroll to zoom." : "Drag to zoom, click twice to see all.",
    figure.panels.some((panel) => panel.layers.some((layer) => layer.labels || layer.hover)) ? "Point at a dot to read it" + (hasSteps ? ", click it to draw its path through the steps." : ".") : "",
    figure.panels.some((panel) => panel.legend && panel.layers.some((layer) => layer.name)) ? "A click in the legend hides a series." : "",
  ].filter(Boolean).join(" ");
  if (hasSteps) steps(); else panels();
}

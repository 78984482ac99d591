// The patterns of attention heads: all of them as small maps; one of them, when it is clicked, as lines between its tokens and as a map.
// The data are written by Sources/Ops/Figures/Page/PageData+Heads.swift.

const [rows, columns] = [figure.rows, figure.columns];
const largest = figure.largest[0] || 1;
// Of a causal pattern row i has the columns up to its own.
const offset = columns.length - rows.length;
const lengthOf = (i) => (figure.causal ? i + offset + 1 : columns.length);
const startOf = (i) => (figure.causal ? i * (offset + 1) + (i * (i - 1)) / 2 : i * columns.length);
const size = startOf(rows.length);

/// A number of each byte: levels · √p.
const numbers = Float32Array.from({ length: 256 }, (_, q) => (q / figure.levels[0]) ** 2);
/// Red, green and blue of each 256th of the scale.
const colours = Array.from({ length: 257 }, (_, k) => colourAt(figure.stops, k / 256));

/// Of a long text most numbers are small: colours then go by their square root, which the button below the maps changes.
let isRooted = rows.length > 64;
const colourOf = (value) => {
  const share = Math.min(1, value / largest);
  return colours[Math.round(256 * (isRooted ? Math.sqrt(share) : share))];
};

// MARK: Patterns

/// The bytes of a block, made when they are first wanted.
const known = [];
function bytesOf(block) {
  known[block] ??= (async () => {
    const raw = Uint8Array.from(atob(figure.blocks[block].data), (sign) => sign.charCodeAt(0));
    if (!figure.deflated) return raw;
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  })();
  return known[block];
}

/// A head's pattern, row by row; head -1 is the mean of the block's.
function pattern(bytes, block, head) {
  const result = new Float32Array(size);
  const count = figure.blocks[block].heads.length;
  const heads = head < 0 ? [...Array(count).keys()] : [head];
  for (const one of heads) {
    const start = one * size;
    for (let at = 0; at < size; at++) result[at] += numbers[bytes[start + at]];
  }
  if (head < 0) for (let at = 0; at < size; at++) result[at] /= count;
  return result;
}

const nameOf = (block, head) => {
  const { name, heads } = figure.blocks[block];
  const first = name === "" ? "" : `Block ${name}`;
  if (head < 0) return `${first || "All heads"}: mean of ${heads.length} heads`;
  return heads[head] === "" ? first || "Attention" : first ? `${first}, head ${heads[head]}` : `Head ${heads[head]}`;
};

/// Paints a pattern into a canvas of `side` x `side` points at most; where cells are more than points the largest of each point's cells counts.
function paint(canvas, values, side) {
  const [down, across] = [Math.min(rows.length, side), Math.min(columns.length, side)];
  const largestOf = new Float32Array(down * across).fill(-1);
  for (let i = 0; i < rows.length; i++) {
    const [line, start, length] = [Math.floor((i * down) / rows.length) * across, startOf(i), lengthOf(i)];
    for (let j = 0; j < length; j++) {
      const at = line + Math.floor((j * across) / columns.length);
      if (values[start + j] > largestOf[at]) largestOf[at] = values[start + j];
    }
  }
  Object.assign(canvas, { width: across, height: down });
  const context = canvas.getContext("2d");
  const image = context.createImageData(across, down);
  for (let at = 0; at < largestOf.length; at++) {
    if (largestOf[at] < 0) continue;
    const colour = colourOf(largestOf[at]);
    for (let k = 0; k < 3; k++) image.data[4 * at + k] = colour[k];
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

// MARK: All heads

const place = byId("panels");
place.className = "heads";
const overview = made("div", { className: "overview" }, place);
const detail = made("section", { className: "detail", hidden: true }, place);
const tiles = new Map();

function tile(block, head, line) {
  const button = made("button", { className: "tile", title: nameOf(block, head) }, line);
  made("canvas", {}, button);
  made("span", { textContent: head < 0 ? "mean" : figure.blocks[block].heads[head] }, button);
  button.addEventListener("click", () => open(block, head, true));
  tiles.set(`${block}.${head}`, button);
}

const filled = new Set();
async function fill(block) {
  filled.add(block);
  const bytes = await bytesOf(block);
  figure.blocks[block].heads.forEach((_, head) => paint(tiles.get(`${block}.${head}`).firstChild, pattern(bytes, block, head), 96));
  const mean = tiles.get(`${block}.-1`);
  if (mean) paint(mean.firstChild, pattern(bytes, block, -1), 96);
  finish();
}

function thumbnails() {
  const most = Math.max(...figure.blocks.map((block) => block.heads.length));
  overview.style.setProperty("--tiles", most + (most > 1 ? 1 : 0));
  // Blocks far below are drawn when they come near.
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watch.unobserve(entry.target);
      fill(Number(entry.target.dataset.block));
    }
  }, { rootMargin: "400px" });
  figure.blocks.forEach(({ name, heads }, block) => {
    const line = made("div", { className: "line" }, overview);
    line.dataset.block = block;
    made("b", { textContent: name }, line);
    heads.forEach((_, head) => tile(block, head, line));
    if (heads.length > 1) tile(block, -1, line);
    watch.observe(line);
  });
  const bar = overview.appendChild(scale(figure.stops, "0", short(largest)));
  const button = made("button", { title: "how numbers become colours" }, bar);
  const say = () => { button.textContent = isRooted ? "by square root" : "linear"; };
  say();
  button.addEventListener("click", () => {
    isRooted = !isRooted;
    say();
    filled.forEach(fill);
    if (view) view.draw();
  });
}

// MARK: One head

let shown;
/// What is drawn of the head that is open.
let view;

async function open(block, head, scrolls = false) {
  shown = { block, head };
  for (const [key, button] of tiles) button.classList.toggle("chosen", key === `${block}.${head}`);
  const values = pattern(await bytesOf(block), block, head);
  if (shown.block !== block || shown.head !== head) return;
  detail.hidden = false;
  place.classList.add("open");
  detail.replaceChildren();
  const bar = made("div", { className: "bar" }, detail);
  made("h2", { textContent: nameOf(block, head) }, bar);
  for (const [text, title, step] of [["←", "previous head", [0, -1]], ["→", "next head", [0, 1]], ["↑", "previous block", [-1, 0]], ["↓", "next block", [1, 0]]]) {
    made("button", { textContent: text, title }, bar).addEventListener("click", () => move(...step));
  }
  made("button", { textContent: "×", title: "close" }, bar).addEventListener("click", close);
  const says = made("p", { className: "says", textContent: "Point at a token, or at a cell of the map." }, detail);
  const both = made("div", { className: "both" }, detail);
  view = { values, says, at: (i, j) => (j < lengthOf(i) ? values[startOf(i) + j] : 0) };
  lines(both);
  map(both);
  if (scrolls && (detail.getBoundingClientRect().top < 0 || detail.getBoundingClientRect().top > innerHeight / 2)) detail.scrollIntoView();
}

function close() {
  shown = undefined;
  detail.hidden = true;
  place.classList.remove("open");
  for (const button of tiles.values()) button.classList.remove("chosen");
}

/// To the next head or block; after the last head of a block comes the mean, then the first.
function move(down, across) {
  if (!shown) return open(0, 0);
  const block = (shown.block + down + figure.blocks.length) % figure.blocks.length;
  const count = figure.blocks[block].heads.length;
  const order = count > 1 ? count + 1 : 1;
  const at = shown.head < 0 ? count : Math.min(shown.head, count - 1);
  const next = (Math.min(at, order - 1) + across + order) % order;
  return open(block, next === count && count > 1 ? -1 : next);
}

const percent = (value) => (value >= 0.0995 ? value.toFixed(2) : value.toFixed(3));

/// The largest of a row or a column, as words.
function words(list, names) {
  return list.filter((one) => one.value >= 0.005).sort((a, b) => b.value - a.value).slice(0, 6)
    .map((one) => `${names[one.index]} ${percent(one.value)}`).join(", ") || "nothing";
}

// MARK: Lines

const svgNamespace = "http://www.w3.org/2000/svg";
function drawn(tag, attributes, parent) {
  const element = parent.appendChild(document.createElementNS(svgNamespace, tag));
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function lines(parent) {
  const step = rows.length > 100 ? 16 : 20;
  const letters = Math.min(16, Math.max(...[...rows, ...columns].map((name) => [...name].length)));
  const side = 16 + 7.6 * letters;
  const width = 2 * side + 150;
  const height = Math.max(rows.length, columns.length) * step + 8;
  const box = made("div", { className: "lines" }, parent);
  const picture = drawn("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, box);
  const base = drawn("g", { class: "base" }, picture);
  const hot = drawn("g", { class: "hot" }, picture);
  const middle = (k) => 4 + (k + 0.5) * step;
  const link = (group, i, j, value, most = largest) => drawn("line", {
    x1: side, y1: middle(i), x2: width - side, y2: middle(j), "stroke-opacity": Math.min(1, 0.08 + (0.92 * value) / most).toFixed(3), "stroke-width": (0.8 + (1.8 * value) / most).toFixed(2),
  }, group);
  // Of many tokens the strongest lines alone: others come when one points at a token.
  const isLong = rows.length > 80;
  for (let i = 0; i < rows.length; i++) {
    let row = Array.from({ length: lengthOf(i) }, (_, j) => ({ j, value: view.at(i, j) })).filter((one) => one.value >= (isLong ? 0.1 : 0.03));
    if (isLong) row = row.sort((a, b) => b.value - a.value).slice(0, 3);
    for (const { j, value } of row) link(base, i, j, value);
  }
  const token = (name, index, isReader) => {
    const group = drawn("g", { class: "token" }, picture);
    const back = drawn("rect", { x: isReader ? 0 : width - side, y: middle(index) - step / 2, width: side, height: step, "fill-opacity": 0 }, group);
    const text = drawn("text", { x: isReader ? side - 6 : width - side + 6, y: middle(index) + 4, "text-anchor": isReader ? "end" : "start" }, group);
    text.textContent = [...name].length > 16 ? [...name].slice(0, 15).join("") + "…" : name;
    for (const kind of ["pointerenter", "click"]) group.addEventListener(kind, () => point(isReader ? { row: index } : { column: index }));
    group.addEventListener("pointerleave", () => point({}));
    return back;
  };
  const readers = rows.map((name, index) => token(name, index, true));
  const read = columns.map((name, index) => token(name, index, false));
  /// Lines to the tokens that have a part, and their grounds: the strongest of them is full.
  const mark = (cells, backs, draw) => {
    const most = Math.max(...cells);
    cells.forEach((cell, k) => {
      if (cell < 0.005) return;
      draw(k, most);
      backs[k].setAttribute("fill-opacity", ((0.7 * cell) / most).toFixed(3));
    });
  };
  drawn("title", {}, picture).textContent = "on the left the tokens that read, on the right those that are read";
  view.show = ({ row, column }) => {
    hot.replaceChildren();
    for (const back of [...readers, ...read]) back.setAttribute("fill-opacity", 0);
    picture.classList.toggle("pointed", row !== undefined || column !== undefined);
    if (row !== undefined && column === undefined) {
      readers[row].setAttribute("fill-opacity", 0.35);
      const cells = Array.from({ length: lengthOf(row) }, (_, j) => view.at(row, j));
      mark(cells, read, (j, most) => link(hot, row, j, cells[j], most));
    } else if (row === undefined && column !== undefined) {
      read[column].setAttribute("fill-opacity", 0.35);
      const cells = rows.map((_, i) => view.at(i, column));
      mark(cells, readers, (i, most) => link(hot, i, column, cells[i], most));
    } else if (row !== undefined) {
      readers[row].setAttribute("fill-opacity", 0.35);
      read[column].setAttribute("fill-opacity", 0.35);
      link(hot, row, column, view.at(row, column));
    }
  };
}

/// Shows and says what a token reads, where one is read, or one cell.
function point(target) {
  if (!view) return;
  view.show(target);
  const { row, column } = target;
  if (row !== undefined && column !== undefined) view.says.textContent = `${rows[row]} (${row}) reads ${columns[column]} (${column}): ${percent(view.at(row, column))}`;
  else if (row !== undefined) view.says.textContent = `${rows[row]} (${row}) reads ${words(Array.from({ length: lengthOf(row) }, (_, j) => ({ index: j, value: view.at(row, j) })), columns)}`;
  else if (column !== undefined) view.says.textContent = `${columns[column]} (${column}) is read by ${words(rows.map((_, i) => ({ index: i, value: view.at(i, column) })), rows)}`;
  else view.says.textContent = "Point at a token, or at a cell of the map.";
}

// MARK: Map

function map(parent) {
  const box = made("div", { className: "map" }, parent);
  const canvas = made("canvas", {}, box);
  const cell = Math.max(1, Math.min(32, Math.floor(480 / Math.max(rows.length, columns.length))));
  const hasNames = cell >= 9;
  const font = `${Math.min(13, cell)}px system-ui, sans-serif`;
  const context = canvas.getContext("2d");
  context.font = font;
  const cut = (name) => ([...name].length > 14 ? [...name].slice(0, 13).join("") + "…" : name);
  const margin = hasNames ? 8 + Math.ceil(Math.max(...[...rows, ...columns].map((name) => context.measureText(cut(name)).width))) : 2;
  const [width, height] = [margin + columns.length * cell + 2, rows.length * cell + margin + 2];
  const ratio = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  view.draw = () => {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    for (let i = 0; i < rows.length; i++) {
      for (let j = 0; j < lengthOf(i); j++) {
        const colour = colourOf(view.at(i, j));
        context.fillStyle = `rgb(${colour.map(Math.round).join(",")})`;
        context.fillRect(margin + j * cell, i * cell, cell, cell);
      }
    }
    context.strokeStyle = themed("axis");
    context.strokeRect(margin - 0.5, 0.5, columns.length * cell + 1, rows.length * cell);
    if (!hasNames) return;
    Object.assign(context, { font, fillStyle: themed("ink"), textAlign: "right", textBaseline: "middle" });
    rows.forEach((name, i) => context.fillText(cut(name), margin - 5, (i + 0.5) * cell));
    columns.forEach((name, j) => {
      context.save();
      context.translate(margin + (j + 0.5) * cell, rows.length * cell + 5);
      context.rotate(-Math.PI / 2);
      context.fillText(cut(name), 0, 0);
      context.restore();
    });
  };
  view.draw();
  canvas.addEventListener("pointermove", (event) => {
    const [column, row] = [Math.floor((event.offsetX - margin) / cell), Math.floor(event.offsetY / cell)];
    const isIn = (index, names) => index >= 0 && index < names.length;
    if (isIn(row, rows) && isIn(column, columns)) point({ row, column });
    else if (isIn(row, rows)) point({ row });
    else if (isIn(column, columns)) point({ column });
    else point({});
  });
  canvas.addEventListener("pointerleave", () => point({}));
}

// MARK: Page

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  if (event.key === "Escape") return close();
  if (!steps[event.key]) return;
  event.preventDefault();
  move(...steps[event.key]);
});
byId("title").textContent = figure.title || "Attention";
byId("caption").textContent = figure.caption || "";
byId("hint").textContent = "A click opens a head. ← → next head, ↑ ↓ next block, Esc closes.";
if (figure.deflated && typeof DecompressionStream === "undefined") {
  document.documentElement.dataset.state = "failed";
  byId("note").textContent = "This browser is too old for this page: it cannot unpack its data (DecompressionStream).";
} else {
  thumbnails();
  if (tiles.size === 1) open(0, 0);
  darkness.addEventListener("change", () => view && view.draw());
}

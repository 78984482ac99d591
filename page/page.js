// What all pages share: the figure's data, which stand in the page as JSON, and colours on a light and a dark ground.
"use strict";

const figure = JSON.parse(document.getElementById("figure").textContent);
const byId = (id) => document.getElementById(id);

const darkness = matchMedia("(prefers-color-scheme: dark)");
/// A colour of figure.css, which has one for a light and one for a dark ground.
const themed = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const hexOf = (rgb) => "#" + rgb.map((one) => Math.round(one).toString(16).padStart(2, "0")).join("");
/// How bright a colour is, 0 ... 1 (WCAG 2, relative luminance).
const luminance = (rgb) => rgb.map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4))
  .reduce((sum, one, k) => sum + one * [0.2126, 0.7152, 0.0722][k], 0);
const whiter = (rgb, share) => rgb.map((one) => one + (255 - one) * share);

/// The colour at `share` of the way between `stops`, as red, green and blue.
function colourAt(stops, share) {
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const lower = Math.min(Math.floor(place), stops.length - 2);
  const [a, b] = [channels(stops[lower]), channels(stops[lower + 1])];
  return a.map((one, k) => one + (b[k] - one) * (place - lower));
}

/// Black or white, whichever is easier to read on a ground of this colour (CIE L* of 50).
const inkOn = (rgb) => (luminance(rgb) > 0.184 ? "#000" : "#fff");

/// A new element of the page.
function made(tag, properties = {}, parent = undefined) {
  const element = Object.assign(document.createElement(tag), properties);
  if (parent) parent.appendChild(element);
  return element;
}

/// The scale of colours: what the two ends stand for.
function scale(stops, low, high) {
  const line = made("div", { className: "scale" });
  made("span", { textContent: low }, line);
  made("i", {}, line).style.background = `linear-gradient(to right, ${stops.join(",")})`;
  made("span", { textContent: high }, line);
  return line;
}

const short = (value) => String(Number(value.toPrecision(4)));

/// Draws anew when the window's width or its ground changes.
function onChange(redraw) {
  darkness.addEventListener("change", redraw);
  let timer = 0;
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    // On a phone the bars of the browser come and go while one scrolls.
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(timer);
    timer = setTimeout(redraw, 150);
  });
}

function finish() { document.documentElement.dataset.state = "drawn"; }


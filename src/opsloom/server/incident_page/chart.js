const SVG = "http://www.w3.org/2000/svg";
const DIMENSIONLESS = "1"; // the unit of a ratio in UCUM, as OpenTelemetry writes it
const BUTTONS_MAX = 9;
const BUTTON_WIDTH = 10; // in hundredths of the axis, where the page is at its narrowest
const LANE_REM = 1.75;

function shape(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

// From 0 to 100 along the axis; a span without length lies in the middle.
const scale = ([low, high]) => (value) => (high > low ? ((value - low) / (high - low)) * 100 : 50);

// A missing sample is not zero: it ends the line, and the next sample begins another one.
function trace(samples, x, y) {
  let [path, open] = ["", false];
  for (const [at, value] of samples) {
    const known = Number.isFinite(value);
    if (known) path += `${open ? "L" : "M"}${x(at).toFixed(2)} ${(100 - y(value)).toFixed(2)}${open ? "" : "h0"}`;
    open = known;
  }
  return path;
}

const inside = ({ place }) => place >= 0 && place <= 100;

function uprights(times, x) {
  const shown = times.map((at) => ({ place: x(at) })).filter(inside);
  return { path: shown.map(({ place }) => `M${place.toFixed(2)} 0V100`).join(""), hidden: times.length - shown.length };
}

// A point is the mean of its step, so it stands in the middle of it; the axis holds all steps whole.
function samplesOf(chart) {
  const [start, points, step] = [Date.parse(chart.start), list(chart.points), chart.step_seconds * 1000];
  if (!Number.isFinite(start + step)) return { samples: [], times: [] };
  const samples = points.map((value, index) => [start + (index + 0.5) * step, value]);
  return { samples, times: [start, start + points.length * step] };
}

// Buttons that would cover each other go into lanes below one another.
function buttons(suspects, x) {
  const strip = element("div", { className: "strip" });
  const ends = [];
  const placed = suspects.map((suspect) => ({ ...suspect, place: x(Date.parse(suspect.row.at)) }));
  const first = placed.filter(inside).slice(0, BUTTONS_MAX).sort((one, other) => one.place - other.place);
  for (const { row, item, place } of first) {
    const free = ends.findIndex((end) => place - end >= BUTTON_WIDTH);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = place;
    const rank = visible(row.rank ?? "?");
    const button = element("button", { type: "button", onclick: () => reveal(item) }, rank);
    button.title = button.ariaLabel = `Suspect ${rank}: ${visible(row.name)}`;
    button.style.left = `${place}%`;
    button.style.top = `${lane * LANE_REM}rem`;
    strip.append(button);
  }
  strip.style.height = `${ends.length * LANE_REM}rem`;
  return strip;
}

function reveal(item) {
  item.closest("details").open = true;
  item.tabIndex = -1;
  item.focus();
}

const moment = (milliseconds) => clock(new Date(milliseconds).toISOString());
const key = (kind, words) => element("span", { className: `key ${kind}` }, words);

function drawing(name, layers) {
  const attributes = { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": name };
  return shape("svg", attributes, ...layers.map(([kind, d]) => shape("path", { class: kind, d })));
}

function caption(name, range, onset, counts) {
  const keys = [key("metric", range), ...(onset ? [key("onset", "onset")] : []), key("event", "event")];
  return element("figcaption", { className: "facts" }, element("bdi", {}, name), ...keys, ...counts);
}

// The metric with the onset and what happened. "events" are rows; "suspects" are {row, item} with the list item that
// tells more. Nothing is drawn where no sample is known.
function figure(answer, events, suspects) {
  const chart = answer.chart ?? {};
  const { samples, times } = samplesOf(chart);
  const values = extent(samples.map(([, value]) => value));
  if (values[0] > values[1]) return [];
  const [x, y] = [scale(times), scale(values)];
  const marks = uprights(events.map((row) => Date.parse(row.at)), x);
  const onset = uprights([Date.parse(answer.verdict?.onset)], x);
  const missing = samples.filter(([, value]) => !Number.isFinite(value)).length;
  const name = `${visible(chart.metric)} of ${visible(chart.service)}`;
  const unit = chart.unit === DIMENSIONLESS ? "" : visible(chart.unit);
  const range = values.map((value) => `${Number(value.toPrecision(3))} ${unit}`.trim()).join(" to ");
  const counts = [
    ...(missing ? [element("span", {}, `${missing} of ${samples.length} samples missing`)] : []),
    ...(marks.hidden ? [element("span", {}, `${marks.hidden} events outside of the chart`)] : []),
  ];
  const layers = [["event", marks.path], ["onset", onset.path], ["metric", trace(samples, x, y)]];
  return [
    element(
      "figure", {},
      caption(name, range, onset.path, counts),
      element("div", { className: "plot" }, drawing(`${name}, ${range}`, layers), buttons(suspects, x)),
      element("div", { className: "ends" }, ...times.map((at) => element("span", {}, moment(at)))),
    ),
  ];
}

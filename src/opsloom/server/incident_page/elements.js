// Whatever an answer holds becomes a text node: append() of a string never parses it, and the page's policy
// (require-trusted-types-for) makes any use of innerHTML an error.
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Invisible and bidirectional format characters could show a text as something else: they are made visible.
const FORMAT_CHARACTERS = /\p{Cf}/gu;
const visible = (value) => String(value ?? "").replace(FORMAT_CHARACTERS, "\ufffd");
const text = (value) => element("bdi", {}, visible(value));

const list = (value) => (Array.isArray(value) ? value : []);
const isEmpty = (cell) => cell === null || cell === undefined || cell === "" || (Array.isArray(cell) && !cell.length);

// A confidence is a number from 0 to 1.
function confidence(value) {
  if (!Number.isFinite(value)) return [];
  const meter = element("meter", { max: 1, value, ariaHidden: "true" });
  return [element("span", {}, meter, ` ${Math.round(value * 100)} % confidence`)];
}

const UTC_SECOND = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)$/;

function clock(at) {
  const parts = UTC_SECOND.exec(at);
  return parts ? `${parts[1]} ${parts[2]} UTC` : visible(at);
}

function duration(seconds) {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function lag(at, onset) {
  const seconds = Math.round((Date.parse(at) - Date.parse(onset)) / 1000);
  if (Number.isNaN(seconds)) return "";
  return seconds === 0 ? ", at onset" : `, ${duration(Math.abs(seconds))} ${seconds < 0 ? "before" : "after"} onset`;
}

function time(at, onset) {
  if (isEmpty(at)) return [];
  const stamp = element("time", { dateTime: visible(at) }, clock(at));
  return [element("span", { className: "quiet" }, stamp, lag(at, onset))];
}

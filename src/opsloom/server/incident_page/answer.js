const VERDICTS = new Map([
  ["change", "a change explains it"],
  ["service", "a service, without a guilty change"],
  ["inconclusive", "inconclusive"],
]);
// In the order of a reader's questions. The second name is that of one row in the timeline.
const SECTIONS = new Map([
  ["impact", ["Impact", "impact"]],
  ["change", ["Suspected changes", "suspected"]],
  ["service", ["Suspected services", "service"]],
  ["ruled_out", ["Ruled out", "ruled out"]],
  ["group", ["Alerts that belong together", "alert"]],
  ["blast", ["Blast radius", "affected"]],
  ["owner", ["Whom to call", "owner"]],
  ["unchecked", ["Not checked", "not checked"]],
  ["next", ["Ask next", "next"]],
]);
const TIMELINE = "timeline";
const OPEN_ROWS_MAX = 25;

function rowsOf(answer) {
  const columns = list(answer.columns);
  return list(answer.rows).map((cells) => Object.fromEntries(columns.map((name, index) => [name, cells[index]])));
}

function told(label, cell) {
  if (isEmpty(cell)) return [];
  const head = label ? [element("span", { className: "quiet" }, `${label}: `)] : [];
  if (!Array.isArray(cell)) return [element("p", {}, ...head, text(cell))];
  return [...head, element("ul", {}, ...cell.map((one) => element("li", {}, text(one))))];
}

function entry(row, onset) {
  const rank = isEmpty(row.rank) ? [] : [`${visible(row.rank)}. `];
  const name = isEmpty(row.name) ? [] : [element("span", { className: "name" }, ...rank, text(row.name))];
  const refs = [row.ref, ...list(row.evidence)].filter((one) => !isEmpty(one));
  const cited = refs.map((one) => element("code", { className: "quiet" }, text(one)));
  const suspect = Number.isFinite(row.confidence) || !isEmpty(row.against);
  return element(
    "li", {},
    element("div", { className: "facts" }, ...name, ...time(row.at, onset), ...confidence(row.confidence), ...cited),
    ...told(suspect ? "For" : "", row.why),
    ...told("Against", row.against),
  );
}

function section(title, items) {
  const summary = element("summary", {}, element("h2", {}, visible(title)), ` (${items.length})`);
  const entries = element("ul", { className: "entries" }, ...items);
  return element("details", { open: items.length <= OPEN_ROWS_MAX }, summary, entries);
}

function headline(answer) {
  const { verdict = {}, window: asked = {} } = answer;
  return element(
    "header", {},
    element("h1", {}, text(verdict.told || "No verdict")),
    element(
      "p", { className: "facts" },
      element("span", {}, `Verdict: ${VERDICTS.get(verdict.kind) ?? visible(verdict.kind)}`),
      ...confidence(verdict.confidence),
      ...(isEmpty(verdict.onset) ? [] : [element("span", {}, `onset ${clock(verdict.onset)}`)]),
      ...(isEmpty(asked.from) ? [] : [element("span", {}, `looked at ${clock(asked.from)} to ${clock(asked.to)}`)]),
      ...(answer.status === "partial" ? [element("strong", {}, "partial: not every source answered")] : []),
      ...(answer.demo ? [element("strong", {}, "recorded data")] : []),
    ),
  );
}

// Sections that this page does not know come last, under the name that the answer gives them.
function itemsBySection(rows, onset) {
  const found = new Map([...SECTIONS.keys()].map((name) => [name, []]));
  for (const row of rows.filter((one) => one.section !== TIMELINE)) {
    if (!found.has(row.section)) found.set(row.section, []);
    found.get(row.section).push({ row, item: entry(row, onset) });
  }
  return found;
}

// Whatever has a time, once, in the order of time.
function datedRows(rows) {
  const events = new Map();
  for (const row of rows.filter(({ at }) => !Number.isNaN(Date.parse(at)))) {
    const key = `${row.at} ${row.ref ?? row.name}`;
    if (!events.has(key)) events.set(key, row);
  }
  return [...events.values()].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function timeline(events, onset) {
  if (!events.length) return [];
  const items = events.map((row) => {
    const kind = row.section === TIMELINE ? [] : [`${SECTIONS.get(row.section)?.[1] ?? visible(row.section)}: `];
    const line = [...time(row.at, onset), " ", ...kind, text(row.name)];
    return element("li", {}, ...line, ...(row.section === TIMELINE ? told("", row.why) : []));
  });
  return [section("Timeline", items)];
}

function footer(answer) {
  const ids = list(answer.evidence).map((id) => element("li", {}, element("code", {}, text(id))));
  const evidence = section("Evidence", ids);
  evidence.open = false;
  return [
    ...(list(answer.notes).length ? [section("Notes", answer.notes.map((note) => element("li", {}, text(note))))] : []),
    ...(ids.length ? [evidence] : []),
    element("p", { className: "quiet" }, "Investigation ", text(answer.investigation)),
  ];
}

function page(answer) {
  const [rows, onset] = [rowsOf(answer), answer.verdict?.onset];
  const events = datedRows(rows);
  const found = itemsBySection(rows, onset);
  const sections = [...found].filter(([, entries]) => entries.length);
  return [
    headline(answer),
    ...figure(answer, events, found.get("change")),
    ...sections.map(([name, entries]) => section(SECTIONS.get(name)?.[0] ?? name, entries.map(({ item }) => item))),
    ...timeline(events, onset),
    ...footer(answer),
  ];
}

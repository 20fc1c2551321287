// The view's end of MCP Apps (SEP-1865, revision 2026-01-26): JSON-RPC 2.0 with the framing page by postMessage.
const host = window.parent;
const main = document.querySelector("main");
const root = document.documentElement;
const INITIALIZE = 1;
const METHOD_NOT_FOUND = -32601;

// A view cannot know its host's origin, so it sends to any: it tells its size and its name, and nothing of an answer.
const tell = (message) => host.postMessage({ jsonrpc: "2.0", ...message }, "*");

const say = (sentence) => main.replaceChildren(element("p", { role: "status" }, text(sentence)));

function showResult(result) {
  const answer = result?.structuredContent;
  const words = list(result?.content).map((block) => block?.text ?? "").join("\n");
  if (result?.isError || !answer) return say(words || "The tool gave no answer.");
  try {
    main.replaceChildren(...page(answer));
  } catch (error) {
    console.error(error);
    say(`This answer cannot be drawn. It reads: ${words}`);
  }
}

function follow(context) {
  if (["light", "dark"].includes(context?.theme)) root.style.colorScheme = context.theme;
}

function start(result) {
  follow(result.hostContext);
  tell({ method: "ui/notifications/initialized" });
  new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().height);
    tell({ method: "ui/notifications/size-changed", params: { width: window.innerWidth, height } });
  }).observe(root);
}

const NOTICES = new Map([
  ["ui/notifications/tool-result", showResult],
  ["ui/notifications/tool-cancelled", () => say("The investigation was cancelled.")],
  ["ui/notifications/host-context-changed", follow],
]);
const ANSWERED_WITH_NOTHING = new Set(["ping", "ui/resource-teardown"]);

window.addEventListener("message", ({ source, data }) => {
  if (source !== host || data?.jsonrpc !== "2.0") return;
  if (data.method === undefined) {
    if (data.id === INITIALIZE && data.result) start(data.result);
  } else if (data.id === undefined) {
    NOTICES.get(data.method)?.(data.params);
  } else if (ANSWERED_WITH_NOTHING.has(data.method)) {
    tell({ id: data.id, result: {} });
  } else {
    tell({ id: data.id, error: { code: METHOD_NOT_FOUND, message: "Method not found" } });
  }
});

tell({
  id: INITIALIZE,
  method: "ui/initialize",
  params: {
    protocolVersion: "2026-01-26",
    appInfo: { name: "opsloom-incident", version: root.dataset.version },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  },
});

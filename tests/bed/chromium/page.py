"""One page of the browser and the frames in it."""

from typing import Any

from tests.bed.chromium.devtools import DevTools
from tests.bed.outcome import BrokenPartError


class Page:
    """A new, empty page. Everything it asked the network for, and every complaint of it, is kept."""

    def __init__(self, devtools: DevTools) -> None:
        self._devtools = devtools
        self._events_before = len(devtools.events)
        self._target = devtools.call("Target.createTarget", url="about:blank")["targetId"]
        attached = devtools.call("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session: str = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """A method of the DevTools protocol, for this page."""
        return self._devtools.call(method, self._session, **params)

    def open(self, url: str) -> None:
        """Go to ``url``."""
        self.call("Page.navigate", url=url)

    def evaluate(self, expression: str, *, framed: bool = False) -> Any:
        """The value of a JavaScript expression in the page, or in the frame in it; ``None`` while that is not there.

        :raises BrokenPartError: it throws.
        """
        tree = self.call("Page.getFrameTree")["frameTree"]
        frames = [one["frame"]["id"] for one in tree.get("childFrames", [])] if framed else [tree["frame"]["id"]]
        contexts = [
            context["id"]
            for context in (event["context"] for event in self.events("Runtime.executionContextCreated"))
            if context["auxData"]["frameId"] in frames and context["auxData"]["isDefault"]
        ]
        if not contexts:
            return None
        told = self.call("Runtime.evaluate", expression=expression, contextId=contexts[-1], returnByValue=True)
        if "exceptionDetails" in told:
            raise BrokenPartError(f"{expression}: {told['exceptionDetails']}")
        return told["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press and release a key, as a person would."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **text)

    def events(self, method: str) -> list[dict[str, Any]]:
        """What the page reported under this name, in order."""
        reported = self._devtools.events[self._events_before :]
        return [one["params"] for one in reported if one["method"] == method and one.get("sessionId") == self._session]

    def requested(self) -> list[str]:
        """Every address that was asked for, of the page and its frames."""
        return [event["request"]["url"] for event in self.events("Network.requestWillBeSent")]

    def complaints(self) -> list[str]:
        """Exceptions that nobody caught, and what the browser logged: violations of a policy are among it."""
        thrown = [str(event["exceptionDetails"]) for event in self.events("Runtime.exceptionThrown")]
        return thrown + [event["entry"]["text"] for event in self.events("Log.entryAdded")]

    def close(self) -> None:
        """Close it."""
        self._devtools.call("Target.closeTarget", targetId=self._target)

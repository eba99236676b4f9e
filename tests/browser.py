"""Debian's headless Chromium for tests of the report page, spoken to over a pipe: no driver, no port, no package."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from time import monotonic, sleep
from typing import Any

CHROMIUM = shutil.which("chromium")
_WAIT = 60.0


class Browser:
    """One browser with one page. Close it; `errors` gathers what the page's console complains of, CSP included."""

    def __init__(self, profile: Path):
        assert CHROMIUM
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --hide-scrollbars"
        arguments = [CHROMIUM, *flags.split(), f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]
        # Chromium reads file descriptor 3 and writes to 4; plain sh takes no number of two digits
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}', *arguments],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._waiting = b""
        self._last = 0
        self._session: str | None = None
        self.errors: list[str] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        target = next(t["targetId"] for t in targets if t["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(_WAIT)
        os.close(self._to)
        os.close(self._from)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of Chromium's protocol and its result. Raises RuntimeError at a refusal."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, address: str) -> None:
        """Load an address anew and wait until it is loaded."""
        self.call("Page.navigate", url="about:blank")
        self.errors.clear()
        self.call("Page.navigate", url=address)
        while not self.js("location.href !== 'about:blank' && document.readyState === 'complete'"):
            sleep(0.01)

    def wait(self, expression: str) -> None:
        """Until an expression in the page holds. Raises TimeoutError."""
        until = monotonic() + _WAIT / 3
        while not self.js(expression):
            if monotonic() > until:
                raise TimeoutError(expression)
            sleep(0.01)

    def js(self, expression: str) -> Any:
        """The value of an expression in the page. Raises RuntimeError where it throws."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def size(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def media(self, **features: str) -> None:
        """What the page is told that the reader prefers: prefers_color_scheme="dark"."""
        told = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=told)

    def press(self, key: str, code: int, text: str = "") -> None:
        """A key down and up, as from a keyboard."""
        facts = {"key": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", **facts, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **facts)

    def shoot(self, path: Path, whole: bool = False) -> None:
        """A picture of the window, or of the whole page."""
        told = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(told["data"]))

    def _receive(self) -> dict[str, Any]:
        until = monotonic() + _WAIT
        while b"\0" not in self._waiting:
            if not select.select([self._from], [], [], max(0.0, until - monotonic()))[0]:
                raise TimeoutError(f"chromium said nothing for {_WAIT:.0f} s")
            data = os.read(self._from, 1 << 20)
            if not data:
                raise RuntimeError("chromium ended")
            self._waiting += data
        first, _, self._waiting = self._waiting.partition(b"\0")
        message = json.loads(first)
        method = message.get("method", "")
        if method == "Runtime.exceptionThrown" or (
            method == "Log.entryAdded" and message["params"]["entry"]["level"] == "error"
        ):
            self.errors.append(json.dumps(message["params"]))
        return message

"""How fast the report page answers: `python tests/bench_page.py [INCIDENTS]`, with Debian's chromium.

A page is made of INCIDENTS (default 200000) of an event each, told by three mentions, and opened from disk. What is
measured is the time from a key to the next frame that has its rows, nine times a word, before the drawings behind it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from browser import Browser
from report_rows import many

from tasks.publish.report import report
from tasks.vocabularies import load_all

WORDS = ("k", "ki", "kiv", "town_1234", "ba", "bader", "e", "xq", "")
ROUNDS = 9
_TYPE = """new Promise((done) => {
  const field = document.getElementById("filters").elements.q;
  found.clear();
  const begin = performance.now();
  field.value = %r;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin), 0));
})"""


def main(count: int) -> None:
    """Make, open, type, print."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "report.html")
        path.write_text(report(many(count), dict(load_all()), "v2026.01.01.1"), "utf-8")
        print(f"{count:,} incidents, {3 * count:,} mentions: {path.stat().st_size / 1e6:.1f} MB")
        browser = Browser(Path(scratch, "profile"))
        browser.size(1280, 900)
        browser.open(path.as_uri())
        browser.wait("document.documentElement.dataset.ready !== undefined")
        print(f"ready after {browser.js('document.documentElement.dataset.ready')} ms")
        begin = time.monotonic()
        browser.js(_TYPE % "zzz")
        browser.js("sentences.reading")
        print(f"all sentences read for the first search in {time.monotonic() - begin:.1f} s")
        taken: dict[str, list[float]] = {word: [] for word in WORDS}
        for _ in range(ROUNDS):
            for word in WORDS:
                taken[word].append(browser.js(_TYPE % word))
                browser.wait("document.documentElement.dataset.drawn !== undefined")
        for word, times in taken.items():
            print(f"{word!r:12} fastest {min(times):4.0f} ms, median {statistics.median(times):4.0f} ms")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)

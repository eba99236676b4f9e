"""The page of a run: what a person who opens it in Prefect wants to know, as one markdown artifact.

In come what the stages did and the data folder; out goes the page, and the sentences of it that the terminal shows as
well. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flows import terminal
from flows.engine import put_page
from tasks.reading import release_notes
from tasks.reading.visible import visible
from tasks.storage import releases
from tasks.storage.store import Store

Summaries = Mapping[str, Mapping[str, Any]]


def put(name: str, store: Store, summaries: Summaries, failed: str = "") -> None:
    """Put the page of a run of this flow; `failed` says why it ended before its end, where it did."""
    put_page(f"sitrep-{name}", "\n".join(markdown_lines(store, summaries, failed)))


def markdown_lines(store: Store, summaries: Summaries, failed: str = "") -> Iterator[str]:
    """The lines of the page: the reason of a failure, counts by stage, the release and what is to be said of it."""
    yield f"# {_plain(store.address)}"
    if failed:
        yield f"\n**Failed:** {_plain(failed)}. The last good release stays."
    yield "\n| stage | what it did |\n|---|---|"
    for stage, summary in summaries.items():
        counts = {name: value for name, value in summary.items() if name not in ("stage", "version", "warnings")}
        yield f"| {stage} | {_plain(terminal.counted(counts))} |"
    if release := _release(store, summaries):
        yield f"\n## Release {release.name}\n"
        yield f"- folder: `{store.address}/releases/{release.name}`"
        yield f"- report: [report.html]({(release / 'report.html').as_uri()})"
        for title, lines in told(release, is_new=summaries["publish"].get("news") == "new"):
            yield f"\n## {title}\n"
            yield from (f"- {_plain(line)}" for line in lines)


def told(release: Path, is_new: bool) -> Iterator[tuple[str, list[str]]]:
    """(title, sentences) of what is to be said of a release: what changed, what to look at, what is not coded."""
    before = [one for one in releases.all_of(release.parent) if releases.is_older(one, release)]
    if is_new and before:
        yield f"Changed since {before[-1].name}", list(release_notes.change_lines(release, before[-1]))
    for title, lines in (
        ("Warnings", release_notes.warning_lines(release)),
        ("Not coded, and why", list(release_notes.left_out_lines(release))),
    ):
        if lines:
            yield title, lines


def _release(store: Store, summaries: Summaries) -> Path | None:
    version = summaries.get("publish", {}).get("release")
    return store.releases_folder() / version if version else None


def _plain(text: str) -> str:
    """A text as markdown shows it and does not read it: names of files come from anywhere."""
    return "".join(f"\\{one}" if one in "\\`*_{}[]<>#|!~&" else one for one in visible(text))

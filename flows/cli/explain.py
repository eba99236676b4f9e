"""`sitrep explain`: how a text is read, trigger by trigger and value by value, with the rule of each.

In comes a text, or a file in any format that ingest reads; it goes through clean, extract and resolve as in a run, and
nothing is written. Refused is what ingest or clean refuse, with their reason.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import terminal
from flows.cli import arguments
from flows.cli.examples import examples

if TYPE_CHECKING:
    import pandas as pd

    from flows.cli.arguments import Commands


class NothingToExplainError(ValueError):
    """The text or file gives no document."""


def add_commands(commands: Commands) -> None:
    """`explain`."""
    parser = commands.add_parser(
        "explain",
        help="how a text is read: what fires, what lost and why, by rule",
        epilog=examples(
            'sitrep explain "Rebels seized Sake on Friday." --published 2024-02-10',
            "sitrep explain report.html --parse",
        ),
    )
    parser.add_argument(
        "text", nargs="+", metavar="TEXT", help="sentences, or one file in any format that ingest reads"
    )
    parser.add_argument(
        "--published", metavar="DATE", help="day of publication, as 2021-06-25: what 'Friday' counts from"
    )
    parser.add_argument("--title", metavar="TITLE", help="the report's title")
    parser.add_argument("--parse", action="store_true", help="show the parse of each sentence, too")
    arguments.add_judging(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Print how the text is read."""
    for line in lines(" ".join(args.text), args.published, args.title, args.parse, args.no_judge):
        terminal.tell(line)


def lines(text: str, published: str | None, title: str | None, parse: bool, no_judge: bool = False) -> Iterator[str]:
    """The lines of `sitrep explain` for a text or the path of a file. Raises NothingToExplainError."""
    from flows.resources import load_vocabularies, open_gazetteer, open_judge
    from tasks.extract import Extractor
    from tasks.extract.explain import explain, explain_lines
    from tasks.language.model_choice import model_name
    from tasks.resolve import Resolver, resolve_document

    words = load_vocabularies()
    meanings = dict(zip(words["rules"]["rule_id"], words["rules"]["meaning"], strict=True))
    extractor = Extractor(words, open_gazetteer(), model_name(), None if no_judge else open_judge())
    resolver = Resolver(words, open_gazetteer())
    for document in _documents(text, published, title, words):
        explanation = explain(document, extractor)
        resolved = resolve_document(explanation.rows, document, resolver, explain=True) if explanation.rows else []
        traces = {mention.mention_id: mention.trace for mention in resolved}
        yield from explain_lines(explanation, meanings, traces, parse)


def _documents(
    text: str, published: str | None, title: str | None, words: dict[str, pd.DataFrame]
) -> list[dict[str, Any]]:
    """The text, or what a file holds, as cleaned documents."""
    from tasks.clean import clean_documents
    from tasks.ingest import Naming, read

    path = Path(text)
    with tempfile.TemporaryDirectory() as folder:
        if "\n" in text or len(text) > 255 or not path.is_file():
            path = Path(folder) / "text.jsonl"
            path.write_text(json.dumps({"id": "text", "text": text, "published": published, "title": title}))
        documents, reasons = [], []
        for raw, refused in read(
            [str(path)], words["sources"], None, datetime.now(UTC), Naming(words["record_profiles"])
        ):
            cleaned, rejected = clean_documents(raw, words["sources"], words["boilerplate"], words["agencies"])
            documents += cleaned.to_pylist()
            reasons += [row["message"] for rejects in (refused, rejected) for row in rejects.to_pylist()]
    if not documents:
        raise NothingToExplainError("; ".join(reasons) or f"{text}: no text")
    return documents

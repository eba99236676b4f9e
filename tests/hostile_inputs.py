"""Inputs of a kind that once ended a run, held it up, filled the memory or were lost: a corpus made by a script.

In comes nothing, out come inputs, each with how it is written into a folder and what must come of it: how many reports,
which refusals, and within which time and memory. They are made, not kept: some are of 45 MB.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import socket
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_SYLLABLES = "ba ka mo du ra li to ne si go fa ku we zi".split()
GOOD = "Gunmen killed five people in Goma on Friday, police said."
MB = 2**20


_DEEDS = [
    f"{who} {did} {whom} and "
    for who, did, whom in zip(
        ("rebels", "soldiers", "police", "gunmen", "fighters"),
        ("killed", "attacked", "wounded", "shelled", "arrested"),
        ("men", "women", "villagers", "troops", "civilians"),
        strict=True,
    )
]
_TOLD = [
    f"{deed.removesuffix(' and ')}, {n + 2} in all, in {town} on {n + 1} May, "
    for n, (deed, town) in enumerate(zip(_DEEDS, ("Goma", "Kabul", "Mopti", "Gao", "Bangui"), strict=True))
]


@dataclass(frozen=True)
class Hostile:
    """An input: its fault's `kind`, how it is written into an empty folder, and what is right.

    `documents` reports and `rejects` (reason codes, one each) come of it. `is_quick` ones take no time worth telling
    and are run together in the suite. `paths`: what is typed instead of the folder.
    """

    kind: str
    name: str
    write: Callable[[Path], None]
    documents: int = 1
    rejects: tuple[str, ...] = ()
    is_quick: bool = True
    seconds: float = 60.0
    megabytes: int = 2000
    paths: Callable[[Path], list[str]] | None = None


def corpus() -> list[Hostile]:
    """All of them."""
    kinds = (
        _signs,
        _fields,
        _texts,
        _pages,
        _objects,
        _lines,
        _cells,
        _columns,
        _names,
        _bytes,
        _packed,
        _formats,
        _long,
    )
    kinds = (*kinds, _many, _typed)
    return [hostile for kind in kinds for hostile in kind()]


def _file(kind: str, name: str, file: str, content: bytes | str, documents: int, *rejects: str, **more: Any) -> Hostile:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return Hostile(kind, name, lambda folder: _put(folder / file, data), documents, rejects, **more)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _record(kind: str, name: str, record: Any, documents: int = 1, *rejects: str, **more: Any) -> Hostile:
    return _file(kind, name, "r.jsonl", json.dumps(record), documents, *rejects, **more)


def _signs() -> Iterator[Hostile]:
    """Signs where a name is expected."""
    for number, text in enumerate(
        (
            "Rebels killed five men, < said.",
            "Rebels killed five men in Kabul, | said.",
            "Police shot two in Goma, according to @.",
            "They protested in \\ front in Mogadis>hu.",
            "Rwanda sent soldiers to \\ the Mozambican port of Palma on Friday. They went to | the village.",
            "* killed * in *.",
            "Gunmen from ~ attacked ` in ^ on Friday, % said.",
            "( ) killed ( ) in [ ] on { }.",
            "Killed. Killed? Killed! Killed: killed; killed, killed.",
            '"" said "" killed "" in "".',
            "$ and € bombed £ near ¥, © reported.",
            "In, of, at, by: rebels killed, in, of, at.",
            "Rebels' 's 's killed's 's in Kabul's.",
            "Troops (killed) 5-5-5-5 men/women/children/in/Kabul/Goma/Mopti.",
            "Rebels killed -5 men, 0 women and 1/0 children in Kabul on 0 May 0000.",
            "Rebels killed 1e999 men and ½½½ women in Kabul on 31 February.",
            "On 99/99/9999 and 00:00:00 and 31.11.2021 rebels killed 5 men 99999999999 years ago in Kabul.",
            "😀 killed 😀 in 😀. \u202e said \u2066Kabul\u2069.",
            "Rebels killed \u0665 men and 五 women in Kabul.",
            "K\u0336i\u0336l\u0336l\u0336e\u0336d\u0336 " * 40 + "in Kabul.",
        ),
        start=1,
    ):
        yield _record("signs", f"sign {number}", {"text": text})


def _fields() -> Iterator[Hostile]:
    """Fields of a record that are of no kind that is expected."""
    half, bad = "a\ud800", "broken_record"
    for name in ("text", "id", "title", "url", "author", "publisher", "language", "published", "desk"):
        yield _record("half a character", f"half in {name}", {"text": GOOD} | {name: f"{GOOD} {half}"}, 0, bad)
        halved = json.dumps([{"text": GOOD, f"{name[:2]}\ud800{name[2:]}": "a"}])
        yield _file("half a character", f"half in the name {name}", "r.json", halved, 0, bad)
    yield _record("half a character", "half in a key", {"text": GOOD, "desk": {"\udfff": [1]}}, 0, bad)
    yield _record("half a character", "half as a field's name", {"text": GOOD, "\udfff": 1}, 0, bad)
    addresses = (
        "http://[x",
        "http://a℀b/",
        "://",
        "http://",
        "http://u:p@[::1",
        "http://h:99999999/",
        "//[[",
        7,
        ["a"],
    )
    for number, url in enumerate((*addresses, "http://" + "a" * 100_000), start=1):
        yield _record("addresses", f"address {number}", {"text": GOOD, "url": url})
    days = ("0000-00-00", "99999-01-01", "1e400", 1e300, -(10**30), [], {"a": 1}, "12/13/14/15/16", "2" * 5000, True)
    for number, day in enumerate(days, start=1):
        yield _record("days", f"published {number}", {"text": GOOD, "published": day})
    for number, text in enumerate((None, "", " \n\t ", 5, ["a"], {"a": 1}, True), start=1):
        yield _record("no text", f"text {number}", {"text": text}, 0, "no_text")
    yield _record("no text", "text of signs alone", {"text": "\u200b -- \u200b"}, 0, "no_text")
    for number, own in enumerate(
        (["a"], {"a": 1}, 0, 1.5, False, "x" * MB, "../../etc/passwd", "\0", "\x1b[2J"), start=1
    ):
        yield _record("ids", f"id {number}", {"text": GOOD, "id": own})
    yield _record("fields", "title of a megabyte", {"text": GOOD, "title": "Killed in Goma " * 70_000})
    yield _record("fields", "language of no kind", {"text": GOOD, "language": {"en": 1}})
    yield _record("fields", "a field named None", {"text": GOOD, "None": None, "": "", "id": None})


def _texts() -> Iterator[Hostile]:
    """Texts that are one thing again and again: what is read must grow with their length, and not faster."""
    for name, piece, times in (
        ("killed, forty times", "rebels killed 2 men in Kabul on 1 May; ", 40),
        ("killed in one sentence", "rebels killed 2 men in Kabul and ", 3000),
        ("stops", ".", 100_000),
        ("spaced stops", ". ", 50_000),
        ("commas", ",", 100_000),
        ("spaced commas", ", ", 50_000),
        ("initials", "Mr. A ", 20_000),
        ("hyphens", "-", 100_000),
        ("hyphened", "a-", 50_000),
        ("Hyphened", "Abc-", 25_000),
        ("brackets", "(", 50_000),
        ("brackets of a place", "Goma (", 10_000),
        ("square brackets", "[a] ", 25_000),
        ("quotes", '"', 100_000),
        ("quoted", '"No," he said. ', 6_000),
        ("apostrophes", "'s ", 30_000),
        ("owners", "Mali's ", 5_000),
        ("and", "and ", 25_000),
        ("of", "of the ", 15_000),
        ("places of places", "Gao in Mali in ", 5_000),
        ("killed", "killed ", 15_000),
        ("said that", "he said that ", 8_000),
        ("numbers", "5 ", 50_000),
        ("digits", "9", 100_000),
        ("grouped digits", "1,000", 20_000),
        ("money", "$1,000 million ", 7_000),
        ("numbers in words", "twenty-five hundred thousand ", 3_000),
        ("months", "May ", 20_000),
        ("days", "1 May 2020, ", 8_000),
        ("days of the week", "Monday and ", 9_000),
        ("days ago", "two days after the ", 5_000),
        ("from to", "from 1 May to ", 7_000),
        ("capitals", "A", 100_000),
        ("capital words", "GOMA ", 20_000),
        ("one word", "a", 1_000_000),
        ("addresses", "http://a.b/c?d=e&f ", 5_000),
        ("posts", "— A (@b) May 1, 2020\n", 4_000),
        ("lines", "Goma\n", 20_000),
        ("blank lines", "Goma\n\n", 20_000),
        ("items", "* Goma\n", 15_000),
        ("numbered", "1. Rebels took Goma. ", 5_000),
        ("wiki headings", "==Goma== ", 10_000),
        ("datelines", "GOMA, Congo (AP) -- ", 5_000),
        ("dated lines", "Goma, 1 May - ", 7_000),
        ("marks on a letter", "\u0301", 50_000),
        ("nothing that shows", "\u200b", 50_000),
        ("white", " ", 100_000),
        ("pronouns", "They killed them. ", 5_000),
        ("officials", "President Prime Minister General ", 3_000),
        ("armies", "the army and the police and ", 4_000),
        ("groups", "al-Shabaab and Boko Haram and ", 4_000),
    ):
        yield _file("time", name, "r.txt", f"Rebels attacked Goma. {piece * times}", 1, is_quick=False)
    towns = "-".join(["Goma"] * 25)
    yield _file("time", "hyphened towns", "r.txt", f"{towns} rebels killed five men in Kabul. They fled.", 1)
    towns = "-".join(["Goma"] * 25_000)
    yield _file("time", "many hyphened towns", "r.txt", f"{towns} rebels killed five men.", 1, is_quick=False)
    told = "".join(f"Rebels killed {n % 90 + 2} men in Kabul on {n % 28 + 1} May. " for n in range(4_000))
    yield _file("time", "mentions in a paragraph", "r.txt", told, 1, is_quick=False)
    yield _file("time", "mentions in paragraphs", "r.txt", told.replace(". ", ".\n"), 1, is_quick=False)
    heads = [f"{a}{b}{c}".upper() for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]
    for name, of in (("of towns", heads), ("of one town", ["BAGHDAD"] * 3_000), ("of four towns", heads[:4] * 750)):
        told = "".join(f"{head} - Gunmen killed {n % 9 + 2} policemen.\n" for n, head in enumerate(of[:3_000]))
        yield _file("time", f"a log {name}", "r.txt", told, 1, is_quick=False)
    for name, join in (("comma", ", "), ("and", " and "), ("in", " in "), ("semicolon", "; "), ("slash", "/")):
        text = f"Rebels killed five men in {join.join(['Kabul', 'Goma', 'Mopti', 'Gao'] * 25_000)}."
        yield _file("memory", f"places in a sentence, {name}", "r.txt", text, 1, is_quick=False)
    for name, of in (("beyond the parser", _DEEDS[:1]), ("of deeds", _DEEDS), ("of deeds with all of theirs", _TOLD)):
        words = "".join(of[n * 7 % 11 % len(of)] for n in range(1_300_000 // len(of[0])))
        yield _file("time", f"a sentence {name}", "r.txt", words, 1, is_quick=False)
    words = "".join(f"{_DEEDS[n % 5].capitalize()}{_DEEDS[n % 3]}fled in {n} days. " for n in range(25_000))
    yield _file("time", "a book of deeds", "r.txt", words, 1, is_quick=False)
    yield _file("time", "too long a text", "r.txt", "Rebels took Goma. " * 150_000, 0, "too_long", is_quick=False)
    for name, piece, times in (
        ("fences", "```\n", 20_000),
        ("fences of two kinds", "```\n~~~\n", 10_000),
        ("brackets", "[", 50_000),
        ("bracket pairs", "[]", 50_000),
        ("links", "[a](", 25_000),
        ("pictures", "![", 25_000),
        ("pictures that open", "![a](", 20_000),
        ("stars", "*", 50_000),
        ("stars and letters", "*a", 50_000),
        ("two stars", "**a ", 25_000),
        ("underscores", "_a ", 25_000),
        ("two underscores", "__a", 25_000),
        ("backticks", "`a", 50_000),
        ("hashes", "#", 50_000),
        ("hashes and white", "# a ", 25_000),
        ("white and hash", "# " + " " * 50_000 + "a", 1),
        ("quotes", "> ", 50_000),
        ("underlines", "a\n===\n", 15_000),
        ("dashes", "---\n", 20_000),
    ):
        content = f"Rebels attacked Goma.\n\n{piece * times}"
        yield _file("markdown", name, "r.md", content, 1, is_quick=False)


def _pages() -> Iterator[Hostile]:
    """Web pages."""
    body = f"<p>{GOOD}</p>"
    for name, page in (
        ("svg root", f"<svg xmlns='http://www.w3.org/2000/svg'><text>{GOOD}</text></svg>"),
        ("math root", f"<math><mtext>{GOOD}</mtext></math>"),
        ("xml declaration that lies", f"<?xml version='1.0' encoding='utf-32'?><html><body>{body}</body></html>"),
        ("no end", f"<html><body><div><p>{GOOD}"),
        ("no tag", GOOD),
        ("comment without end", f"<html><body>{body}<!-- "),
        ("script without end", f"<html><body>{body}<script>if (a < b)"),
        ("NUL as entity", f"<html><body>{body}&#0;&#xD800;&#x110000;&#99999999999;</body></html>"),
        ("entities of entities", f'<!DOCTYPE html [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><html>{body}&b;</html>'),
        ("charset of no kind", f"<html><meta charset='utf-99'><body>{body}</body></html>"),
        ("address of no kind", f"<html><link rel=canonical href='http://[x'><body>{body}</body></html>"),
        ("date of no kind", f"<html><meta property='article:published_time' content='0000-99-99'>{body}</html>"),
        ("json-ld of no kind", f"<html><script type='application/ld+json'>[[[{{</script><body>{body}</body></html>"),
        ("json-ld list", f"<html><script type='application/ld+json'>[1,null,\"a\"]</script><body>{body}</body></html>"),
        ("frames", f"<html><frameset><frame src=a></frameset><noframes>{body}</noframes></html>"),
        ("CDATA", f"<html><body><![CDATA[ x ]]>{body}</body></html>"),
        ("two bodies", f"<html><body>{body}</body><body>{body}</body></html><html>{body}</html>"),
        ("attributes of no kind", f"<html><body =a '='' \"><p <p <p>{body}</body></html>"),
    ):
        yield _file("pages", name, "r.html", page, 1)
    yield _file("pages", "script alone", "r.html", "<html><script>killed()</script></html>", 0, "no_text")
    yield _file("pages", "empty body", "r.html", "<html><body></body></html>", 0, "no_text")
    yield _file("pages", "a bracket", "r.html", "<", 0, "no_text")
    yield _file("pages", "comment alone", "r.html", "<!-- killed -->", 0, "no_text")
    deep = "<div>" * 100_000 + GOOD + "</div>" * 100_000
    yield _file("pages", "deeply nested", "r.html", f"<html><body>{deep}</body></html>", 0, "too_deep")
    for name, piece, times in (("tags that open", "<b>", 30_000), ("tables that open", "<table><tr><td>a", 5_000)):
        page = f"<html><body><article>{body}{piece * times}</article></body></html>"
        yield _file("long pages", name, "r.html", page, 0, "too_deep", is_quick=False)
    for name, piece, times in (
        ("tags that close nothing", "</b>", 30_000),
        ("paragraphs", f"<p>{GOOD}</p>", 10_000),
        ("tables", "<table><tr><td>a</table>", 5_000),
        ("cells that open", "<td>a", 20_000),
        ("attributes", "<p a='b' c='d'>a</p>", 20_000),
        ("entities", "&amp;&nbsp;", 50_000),
        ("links", "<a href='http://a.b/c'>a</a>", 10_000),
        ("brackets", "<", 100_000),
        ("comments", "<!-- -->", 50_000),
    ):
        page = f"<html><body><article>{body}{piece * times}</article></body></html>"
        yield _file("long pages", name, "r.html", page, 1, is_quick=False)
    page = f"<html><body>{body * (45 * MB // len(body))}</body></html>"
    yield _file("memory", "a page of 45 MB", "r.html", page, 0, "too_large", is_quick=False)
    picture = f"<html><body><article>{body * 9}<img src='data:image/png;base64,{'A' * 5 * MB}'></article></body></html>"
    yield _file("long pages", "a picture of 5 MB", "r.html", picture, 1, is_quick=False)


def _objects() -> Iterator[Hostile]:
    """JSON files."""
    whole = json.dumps({"text": GOOD})
    for name, content, documents, *rejects in (
        ("empty list", "[]", 0, "empty"),
        ("empty object", "{}", 0, "no_text"),
        ("null", "null", 0, "broken_record"),
        ("a word", '"killed"', 0, "broken_record"),
        ("list of nulls", f"[null, {whole}]", 1, "broken_record"),
        ("list of lists", f"[[], {whole}, [[]]]", 1, "broken_record", "broken_record"),
        ("empty list in an object", '{"articles": []}', 0, "no_text"),
        ("comma behind", f"[{whole},]", 1, "broken_record"),
        ("cut short", f"[{whole}, {whole[:20]}", 1, "broken_record"),
        ("long number between", f'[{{"text": "x", "n": {"9" * 5000}}}, {whole}]', 1, "broken_record"),
        ("more behind the list", f"[{whole}] {whole}", 1, "broken_record"),
        ("two values", f"{whole} {whole}", 0, "broken_record"),
        ("not a number", f'[{whole}, {{"text": "Rebels took Goma.", "n": NaN, "m": -Infinity}}]', 2),
        ("long number", f'{{"text": "Rebels took Goma.", "n": {"9" * 5000}}}', 0, "broken_record"),
        ("one name twice", '{"text": "Rebels took Goma.", "text": "Rebels took Gao."}', 1),
        ("two lists", f'{{"a": [{whole}], "b": [{whole}]}}', 0, "no_text"),
        ("one id twice", '[{"id": 1, "text": "Rebels took Goma."}, {"id": 1, "text": "Rebels took Gao."}]', 1),
        ("byte order mark", "\ufeff" + whole, 1),
        ("nested", '{"text": "x", "deep": ' + "[" * 100_000 + "]" * 100_000 + "}", 0, "too_deep"),
        ("nested objects", '{"a":' * 50_000 + "1" + "}" * 50_000, 0, "too_deep"),
        ("wide letters", whole.encode("utf-16"), 1),
        ("Windows' letters", '{"text": "Rebels took Goma\x92s bridge."}'.encode("latin-1"), 1),
    ):
        yield _file("json", name, "r.json", content, documents, *rejects)


def _lines() -> Iterator[Hostile]:
    """Files of JSON lines."""
    whole = json.dumps({"text": GOOD}).encode()
    bad = "broken_record"
    other = json.dumps({"text": "Rebels took Gao."}).encode()
    for name, content, documents, *rejects in (
        ("broken lines between", b"{\n" + whole + b"\n]\n" + other + b"\nkilled\n", 2, bad, bad, bad),
        ("blank lines", b"\n \n" + whole + b"\n\n\n", 1),
        ("blank lines alone", b"\n \n\n" + b" \n" * 9, 0, "empty"),
        ("line ends of old Macs", whole + b"\r" + other, 0, bad),
        ("line ends of Windows", whole + b"\r\n" + other + b"\r\n", 2),
        ("no text in bytes", whole + b"\n\xff\xfe\xfd\n" + other, 2, bad),
        ("Windows' letters", whole + b'\n{"text": "Goma\x92s bridge fell."}\n' + other, 2, bad),
        ("long number", whole + b'\n{"text": "x", "n": ' + b"9" * 5000 + b"}\n", 1, bad),
        ("nested", whole + b'\n{"text": "x", "n": ' + b"[" * 99_999 + b"]" * 99_999 + b"}\n", 1, "too_deep"),
        ("lists", whole + b"\n[]\n[1]\nnull\n7\n", 1, bad, bad, bad, bad),
        ("cut short", whole + b"\n" + other[:20], 1, bad),
        ("letter separators", '{"text": "Rebels took\u2028Gao."}\n{"text": "Rebels took\u0085Goma."}'.encode(), 2),
        ("byte order mark", b"\xef\xbb\xbf" + whole, 1),
    ):
        yield _file("json lines", name, "r.jsonl", content, documents, *rejects)
    long = b'{"text": "' + b"a" * 51 * MB + b'"}\n'
    yield _file(
        "json lines", "a line of 51 MB", "r.jsonl", whole + b"\n" + long + other, 2, "too_large", is_quick=False
    )
    many = (bad,) * 10_001
    yield _file("memory", "two million bad lines", "r.jsonl", b"{\n" * 2_000_000, 0, *many, is_quick=False)


def _cells() -> Iterator[Hostile]:
    """CSV files."""
    bad = "broken_record"
    head, one, two = "id,text\n", '1,"Rebels took Goma."\n', '2,"Rebels took Gao."\n'
    three = '3,"Rebels took Mopti."\n'
    for name, content, documents, *rejects in (
        ("stray quote", f'{head}{one}2,"Rebels "took" Gao."\n{three}', 2, bad),
        ("stray quote that opens", f'{head}{one}2,"Rebels took Gao.\n{three}4,Rebels left.\n', 3, bad),
        ("stray quote at the end", f'{head}{one}2,"Rebels took Gao.', 1, bad),
        ("quote inside a bare cell", f'{head}{one}2,Rebels "took" Gao.\n{three}', 3),
        ("head alone", head, 0, "empty"),
        ("head without end", "id,text", 0, "empty"),
        ("no head", one + two, 0, bad),
        ("no head, one column", "Rebels took Goma.\nRebels took Gao.\n", 0, bad),
        ("no text column", "id,story\n1,Rebels took Goma.\n", 0, "no_text"),
        ("one name twice", "id,text,text\n1,Rebels took Goma.,Rebels took Gao.\n", 0, bad),
        ("nameless columns", "id,text,,\n1,Rebels took Goma.,a,b\n", 1),
        ("too many cells", f"{head}{one}2,a,b,c\n{three}", 2, bad),
        ("too few cells", f"{head}{one}2\n{three}", 2, "no_text"),
        ("blank lines", f"\n\n{head}\n{one}\n\n{two}\n", 2),
        ("semicolons", "id;text\n1;Rebels took Goma.\n", 1),
        ("line ends of old Macs", (head + one + two).replace("\n", "\r"), 2),
        ("NUL", f"{head}{one}2,a\0b\n", 0, "binary"),
        ("Windows' letters", "id,text\n1,Goma\x92s bridge fell.\n".encode("latin-1"), 1),
        ("wide letters", (head + one + two).encode("utf-16"), 2),
        ("formula", f'{head}1,"=cmd() Rebels took Goma."\n', 1),
        ("line breaks in a cell", f'{head}1,"Rebels took\n\nGoma.\nThey left."\n{two}', 2),
        ("blank cells", f"{head},\n , \n{one}", 1, "no_text", "no_text"),
    ):
        yield _file("csv", name, "r.csv", content, documents, *rejects)
    wide = ",".join(f"c{n}" for n in range(20_000))
    yield _file("csv", "many columns", "r.csv", f"text,{wide}\nRebels took Goma.\n", 1)
    lines = "".join(f'{n},"Rebels "took" Goma.\n' for n in range(20_000))
    yield _file("csv", "many stray quotes", "r.csv", head + one + lines, 1, *(bad,) * 10_001, is_quick=False)


def _columns() -> Iterator[Hostile]:
    """Parquet files."""

    def table(name: str, columns: dict[str, Any], documents: int, *rejects: str, **more: Any) -> Hostile:
        buffer = io.BytesIO()
        pq.write_table(pa.table(columns), buffer, **more)
        return _file("parquet", name, "r.parquet", buffer.getvalue(), documents, *rejects)

    texts = pa.array(["Rebels took Goma.", "Rebels took Gao.", "Rebels took Mopti."])
    far = pa.array([0, 10**18, 0], pa.timestamp("us"))
    yield table("far times", {"text": texts, "at": far}, 2, "broken_record")
    yield table("far times with a zone", {"text": texts, "at": far.cast(pa.timestamp("us", "UTC"))}, 2, "broken_record")
    yield table("far days", {"text": texts, "at": pa.array([0, 2**31 - 1, 0], pa.date32())}, 2, "broken_record")
    near = pa.array([0, 1, 2], pa.timestamp("us", "Mars/Olympus"))
    yield table("zone of no kind", {"text": texts, "at": near}, 3)
    yield table("nanoseconds", {"text": texts, "at": pa.array([1, 2, 3], pa.timestamp("ns"))}, 3)
    yield table("long spans", {"text": texts, "at": pa.array([1, 2**62, 3], pa.duration("us"))}, 3)
    offsets = b"".join(n.to_bytes(4, "little") for n in (0, 6, 12, 18))
    bad = pa.Array.from_buffers(
        pa.string(),
        3,
        [None, pa.py_buffer(offsets), pa.py_buffer(b"Rebels\xff\xfe\xfdtowGao was")],
    )
    yield table("no UTF-8", {"text": texts, "by": bad}, 2, "broken_record")
    yield table("no UTF-8 in the text", {"text": bad}, 2, "broken_record")
    yield table("no rows", {"text": pa.array([], pa.string())}, 0, "empty")
    yield table("no columns", {}, 0, "empty")
    yield table("no text", {"story": texts}, 0, "no_text", "no_text", "no_text")
    yield table("null texts", {"text": pa.array([None, "Rebels took Goma.", ""])}, 1, "no_text", "no_text")
    yield table("texts that are numbers", {"text": pa.array([1, 2])}, 0, "no_text", "no_text")
    yield table("texts in bytes", {"text": pa.array([b"Rebels took Goma.", b"\xff"])}, 0, "no_text", "no_text")
    nested = pa.array([[{"a": [1]}], None, []], pa.list_(pa.struct([("a", pa.list_(pa.int8()))])))
    yield table("nested columns", {"text": texts, "deep": nested}, 3)
    yield table("maps", {"text": texts, "m": pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int8()))}, 3)
    yield table("large strings", {"text": texts.cast(pa.large_string())}, 3)
    yield table("dictionaries", {"text": texts.dictionary_encode()}, 3)
    yield table("floats", {"text": texts, "f": pa.array([float("nan"), float("inf"), -0.0])}, 3)
    buffer = io.BytesIO()
    pq.write_table(pa.table([texts, texts], names=["text", "text"]), buffer)
    yield _file("parquet", "one name twice", "r.parquet", buffer.getvalue(), 0, "unreadable")
    yield _file("parquet", "cut short", "r.parquet", buffer.getvalue()[:-40], 0, "unreadable")
    yield _file("parquet", "middle gone", "r.parquet", _damaged(texts), 0, "unreadable")
    yield _file("parquet", "first bytes alone", "r.parquet", b"PAR1", 0, "unreadable")
    yield _file("parquet", "not Parquet", "r.parquet", GOOD, 0, "unreadable")
    yield Hostile("memory", "dictionary of a long text", _long_dictionary, 0, ("too_large",), is_quick=False)
    yield Hostile("memory", "dictionaries in a list", _list_of_dictionary, 0, ("too_large",), is_quick=False)


def _damaged(texts: pa.Array) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": texts}), buffer, use_dictionary=False, compression="NONE")
    content = bytearray(buffer.getvalue())
    content[4:40] = b"\xff" * 36
    return bytes(content)


def _long_dictionary(folder: Path) -> None:
    """A text of 1 MB in 20,000 rows, which a dictionary keeps once."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), pa.array(["Rebels took Goma. " * 58_000]))
    pq.write_table(pa.table({"text": text}), folder / "r.parquet", compression="ZSTD")


def _list_of_dictionary(folder: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), pa.array(["Rebels took Goma. " * 5_800]))
    listed = pa.ListArray.from_arrays(pa.array([0, 50_000], pa.int32()), words)
    pq.write_table(pa.table({"text": [GOOD], "deep": listed}), folder / "r.parquet", compression="ZSTD")


def _names() -> Iterator[Hostile]:
    """Files by their names and kinds."""

    def two(name: str, *files: tuple[str, str], documents: int = 2) -> Hostile:
        def write(folder: Path) -> None:
            for path, content in files:
                _put(folder / path, content.encode())

        return Hostile("one name", name, write, documents)

    goma, gao = "Rebels took Goma on Friday.", "Police shot two men in Gao on Monday."
    feed = [json.dumps({"id": "1", "text": text}) for text in (goma, gao)]
    bare = [json.dumps({"text": text}) for text in (goma, gao)]
    yield two("pages in two folders", ("mon/index.html", f"<p>{goma}</p>"), ("tue/index.html", f"<p>{gao}</p>"))
    yield two("two endings", ("x.txt", goma), ("x.md", gao))
    yield two("feeds without ids", ("a/f.jsonl", bare[0]), ("b/f.jsonl", bare[1]))
    yield two("one id in two feeds", ("a.jsonl", feed[0]), ("b.jsonl", feed[1]))
    yield two("one id in two folders", ("a/f.jsonl", feed[0]), ("b/f.jsonl", feed[1]))
    yield two("row numbers as ids", ("w1.csv", f"id,text\n1,{goma}\n"), ("w2.csv", f"id,text\n1,{gao}\n"))
    yield two("the same bytes twice", ("a/x.txt", goma), ("b/x.txt", goma), documents=1)
    for number, name in enumerate((b"caf\xe9.txt", b"\xff\xfe", b"\xed\xa0\x80.html", b"a\xc3.jsonl"), start=1):
        content = json.dumps({"text": GOOD}) if name.endswith(b"jsonl") else GOOD
        yield _file("names", f"no UTF-8 {number}", os.fsdecode(name), content, 1)
    for name in (
        "a\nb.txt",
        "\x1b[31mred.txt",
        "a" * 251 + ".txt",
        "*.txt",
        "[a].txt",
        "-rf.txt",
        "a b#1.txt",
        "\u202etxt.exe",
    ):
        yield _file("names", repr(name)[:20], name, GOOD, 1)
    yield _file("names", "hidden", ".hidden.txt", GOOD, 0)
    yield _file("names", "deep folder", "/".join(["d"] * 300) + "/r.txt", GOOD, 1)
    yield Hostile("kinds", "pipe", lambda folder: os.mkfifo(folder / "r.txt"), 0, ("unreadable",))
    yield Hostile("kinds", "socket", _socket, 0, ("unreadable",))
    yield Hostile("kinds", "dangling link", lambda f: (f / "r.txt").symlink_to("nowhere"), 0, ("unreadable",))
    yield Hostile("kinds", "link to itself", lambda f: (f / "r.txt").symlink_to("r.txt"), 0, ("unreadable",))
    yield Hostile("kinds", "folder in a circle", lambda f: (f / "round").symlink_to(f), 0)
    yield Hostile("kinds", "a device", lambda f: (f / "r.txt").symlink_to("/dev/zero"), 0, ("unreadable",))
    yield Hostile("kinds", "folder named as a file", lambda f: _put(f / "r.jsonl" / "x.txt", GOOD.encode()), 1)


def _socket(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder)  # a socket's address is short
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("r.txt")
    finally:
        os.chdir(here)


def _bytes() -> Iterator[Hostile]:
    """Bytes that are no text, or text in letters of another kind."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("a.txt", GOOD)
    noise = bytes(range(256)) * 40
    for name, file, content, documents, *rejects in (
        ("no byte", "r.txt", b"", 0, "empty"),
        ("white", "r.txt", b" \r\n\t ", 0, "empty"),
        ("NULs", "r.txt", b"\0" * 5000, 0, "binary"),
        ("noise", "r.txt", noise, 0, "binary"),
        ("noise behind a text", "r.txt", GOOD.encode() * 200 + noise, 0, "binary"),
        ("noise as a page", "r.html", noise, 0, "binary"),
        ("noise as JSON", "r.json", noise, 0, "binary"),
        ("noise as JSON lines", "r.jsonl", noise, 0, "binary"),
        ("noise as CSV", "r.csv", noise, 0, "binary"),
        ("noise without a name", "r", noise, 0, "binary"),
        ("an archive as JSON", "r.json", archive.getvalue(), 0, "binary"),
        ("gzip", "r.txt.gz", b"\x1f\x8b\x08\0" + noise, 0, "unreadable"),
        ("wide letters", "r.txt", GOOD.encode("utf-16"), 1),
        ("wide letters of the other end", "r.txt", b"\xfe\xff" + GOOD.encode("utf-16-be"), 1),
        ("wide letters cut", "r.txt", GOOD.encode("utf-16")[:-1], 1),
        ("wide letters without a mark", "r.txt", GOOD.encode("utf-16-le"), 0, "binary"),
        ("UTF-8 cut", "r.txt", (GOOD + " é").encode()[:-1], 1),
        ("UTF-8 of halves", "r.txt", GOOD.encode() + b"\xed\xa0\x80", 1),
        ("byte order mark alone", "r.txt", b"\xef\xbb\xbf", 0, "no_text"),
        ("latin", "r.txt", "Kämpfer nahmen Goma ein; rebels killed five in Müßen.".encode("latin-1"), 1),
        ("terminal codes", "r.txt", f"\x1b]0;a\x07\x1b[2J{GOOD * 9}".encode(), 1),
    ):
        yield _file("bytes", name, file, content, documents, *rejects)


def _zipped(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def _packed() -> Iterator[Hostile]:
    """Archives, and documents that are archives inside."""
    good, nothing = GOOD.encode(), b"\0" * 220 * MB
    far = "expands_too_far"
    quine = _zipped(("a.txt", good))
    for _ in range(9):
        quine = _zipped(("a.zip", quine))
    office = _zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", nothing))
    entities = b'<!DOCTYPE x [<!ENTITY a "Rebels took Goma. ">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(8)
    )
    for name, file, content, documents, *rejects in (
        ("bomb", "r.zip", _zipped(("a.txt", good), ("b.txt", nothing)), 1, far),
        ("gzip bomb", "r.txt.gz", gzip.compress(nothing), 0, far),
        ("xz bomb", "r.txt.xz", lzma.compress(nothing), 0, far),
        ("archives in archives", "r.zip", quine, 0, far),
        ("cut short", "r.zip", _zipped(("a.txt", good))[:-30], 0, "unreadable"),
        ("no file", "r.zip", _zipped(), 0, "empty"),
        ("a file without a name", "r.zip", _zipped(("qz", good)).replace(b"qz", b"\0z"), 1),
        ("names that lead up", "r.zip", _zipped(("../../a.txt", good)), 1),
        ("absolute names", "r.zip", _zipped(("/etc/a.txt", good)), 1),
        ("a tar of links", "r.tar", _tar(("a.txt", tarfile.REGTYPE, good), ("b", tarfile.SYMTYPE, b"/etc/passwd"),
         ("c", tarfile.LNKTYPE, b"a.txt"), ("d", tarfile.FIFOTYPE, b"")), 1, *("unreadable",) * 3),
        ("a tar that leads up", "r.tar", _tar(("../../a.txt", tarfile.REGTYPE, good)), 1),
        ("a tar cut short", "r.tar", _tar(("a.txt", tarfile.REGTYPE, good * 99))[:700], 0, *("unreadable",) * 2),
        ("gzip with noise behind", "r.txt.gz", gzip.compress(good) + b"noise", 1, "unreadable"),
        ("a file locked by a password", "r.zip", _zipped(("a.txt", good)).replace(b"\x14\0\0\0\x08", b"\x14\0\1\0\x08"),
         0, "unreadable"),
        ("noise as a tar", "r.tar", bytes(range(256)) * 40, 0, "unreadable"),
        ("noise as Word", "r.docx", bytes(range(256)) * 40, 0, "unreadable"),
        ("Word bomb", "r.docx", office, 0, far),
        ("an empty archive as Word", "r.docx", _zipped(), 0, "unreadable"),
        ("an empty archive as a spreadsheet", "r.xlsx", _zipped(), 0, "unreadable"),
        ("entities in ODT", "r.odt", _zipped(("content.xml", entities + b"]><x>&i;</x>")), 0, "unreadable"),
        ("entities in a feed", "r.xml", entities + b"]><rss><channel><item><title>&i;</title></item></channel></rss>",
         0, "no_text"),
    ):  # fmt: skip
        yield _file("packed", name, file, content, documents, *rejects)


_ODD_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [7, {"content_html": 5, "id": []}, {"content_text": GOOD, "authors": 7, "date_published": []}],
    }
)


def _tar(*files: tuple[str, bytes, bytes]) -> bytes:
    """A tar of (name, kind, content, of a link where it leads)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind, content in files:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "" if kind == tarfile.REGTYPE else os.fsdecode(content)
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


_WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
    f"Content-Length: {len(GOOD) + 45}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{GOOD}\r\n\r\n"
)


def _formats() -> Iterator[Hostile]:
    """Files of the other formats."""
    bad, lost = "broken_record", "unreadable"
    mail = f"From: a\nSubject: b\nDate: c\n\n{GOOD}"
    for name, file, content, documents, *rejects in (
        ("mail without headers", "r.eml", f"\n{GOOD}", 1),
        ("mail with odd headers", "r.eml", f"From: <<<\nMessage-ID: <[\nDate: 99\nTo: @@\nX\n\n{GOOD}", 1),
        ("mail whose parts do not end", "r.eml", f"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n{GOOD}", 1),
        ("mail of odd letters", "r.eml", f"Content-Type: text/plain; charset=utf-99\n\n{GOOD}", 1),
        ("mail in an encoding of names", "r.eml", f"Content-Type: text/plain; charset=idna\n\n{GOOD}", 1),
        ("mail of a sender of half letters", "r.eml", f"From: =?utf-8?b?\xff?=\nSubject: b\n\n{GOOD}", 1),
        (
            "mail of parts that begin alone",
            "r.eml",
            "Content-Type: multipart/mixed; boundary=x\n\n" + "--x\n\n" * 999,
            0,
            "no_text",
        ),
        ("mail in mail", "r.eml", "Content-Type: message/rfc822\n\n" * 200 + mail, 0, "no_text"),
        ("mailbox without a mail", "r.mbox", GOOD, 0, "empty"),
        ("feed without items", "r.rss", "<rss><channel><title>a</title></channel></rss>", 0, "empty"),
        ("feed cut short", "r.rss", f"<rss><channel><item><description>{GOOD}</description><title>", 1),
        (
            "feed item without text",
            "r.rss",
            "<rss><channel><item><title>a</title></item></channel></rss>",
            0,
            "no_text",
        ),
        ("JSON feed of no kind", "r.json", '{"version": "https://jsonfeed.org/version/1", "items": 7}', 0, lost),
        ("JSON feed of odd items", "r.json", _ODD_FEED, 1, bad, "no_text"),
        (
            "items in items",
            "r.rss",
            "<rss><channel>" + "<item>" * 99 + f"<description>{GOOD}</description>",
            1,
            *("no_text",) * 98,
        ),
        (
            "a feed that asks for files",
            "r.rss",
            f'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss><channel>'
            f"<item><description>&e;{GOOD}</description></item></channel></rss>",
            1,
        ),
        ("rich text of letters that are none", "r.rtf", f"{{\\rtf1 \\u{'9' * 20}? \\u-99999? \\u55357? {GOOD}}}", 1),
        ("PDF without end", "r.pdf", "%PDF-1.7\n1 0 obj\n<<", 0, lost),
        ("PDF that leads to itself", "r.pdf", "%PDF-1.4\ntrailer<</Root 1 0 R/Prev 0>>\nstartxref\n9\n%%EOF", 0, lost),
        ("rich text without end", "r.rtf", "{\\rtf1 {{{{ " + GOOD, 1),
        ("web archive cut short", "r.warc", "WARC/1.0\r\nWARC-Type: response\r\n", 0, "unknown_format"),
        ("web archive of records without address", "r.warc", _WARC * 2, 2),
        ("saved page without a page", "r.mht", mail, 0, "no_text"),
        ("posts of no kind", "tweets.js", "window.YTD.tweets.part0 = [7, null, {}]", 0, bad, bad, "no_text"),
        ("posts without end", "tweets.js", "window.YTD.tweets.part0 = [", 0, lost),
        ("channel of no kind", "r.json", '{"type": "personal_chat", "messages": [{"text_entities": 1}, 7]}', 0, bad),
        ("newspaper without articles", "r.txt", "1 of 2 DOCUMENTS\n\n\n2 of 2 DOCUMENTS\n", 0, "empty"),
        ("front matter of brackets", "r.md", f"---\ntitle: {'[' * 7000}\n---\n{GOOD}", 1),
        ("front matter of references", "r.md", "---\n" + "a: &a [*a, *a]\n" * 400 + f"---\n{GOOD}", 1),
        ("front matter that asks for code", "r.md", f"---\nx: !!python/object/apply:os.abort []\n---\n{GOOD}", 1),
        ("Factiva without text", "r.txt", "HD  a\nPD  8 May 2024\nAN  Document ABCDEF0020240508ek01\n", 0, "no_text"),
    ):
        yield _file("formats", name, file, content, documents, *rejects)
    for name, file, piece, times in (
        ("brackets of rich text", "r.rtf", "{", 200_000),
        ("words of rich text", "r.rtf", "\\b ", 200_000),
        ("lines of mail", "r.eml", "> ", 500_000),
        ("counts of words", "r.txt", "1 words\n1 May 2020\n", 50_000),
    ):
        head = {"r.rtf": "{\\rtf1 ", "r.eml": mail}.get(file, "")
        yield Hostile("long formats", name, partial(_write_long, file, head + piece * times + GOOD), 1, is_quick=False)
    many = ("no_text",) * 10_001
    labels = "1 of 2 DOCUMENTS\nLENGTH: 5 words\nBODY:\n" * 100_000
    write = partial(_write_long, "r.txt", labels + GOOD)
    yield Hostile("long formats", "articles without text", write, 1, many, is_quick=False)


def _write_long(name: str, content: str, folder: Path) -> None:
    _put(folder / name, content.encode())


def _long() -> Iterator[Hostile]:
    """Files that are large."""
    yield _file("large", "101 MB of text", "r.txt", b"Rebels took Goma.\n" * 6_000_000, 0, "too_large", is_quick=False)
    for name, item in (("lists", b"[],"), ("objects", b"{},")):
        content = b"[" + item * 20_000_000 + b"0]"
        yield _file("memory", f"JSON of {name}", "r.json", content, 0, "too_large", is_quick=False)
    content = b"[" + b",".join([b'{"a": 1}'] * 100_000) + b"]"
    yield _file("memory", "JSON without texts", "r.json", content, 0, *("no_text",) * 10_001, is_quick=False)


def _many() -> Iterator[Hostile]:
    """Many reports at once."""
    one = json.dumps({"id": "1", "text": GOOD})
    yield _file("many", "one record again and again", "r.jsonl", f"{one}\n" * 20_000, 1, is_quick=False)
    alike = "".join(json.dumps({"text": f"{GOOD} {n}"}) + "\n" for n in range(2_000))
    yield _file("many", "records all but alike", "r.jsonl", alike, 2_000, is_quick=False)
    revised = "".join(json.dumps({"id": "1", "text": f"Rebels took town {n}."}) + "\n" for n in range(2_000))
    yield _file("many", "revisions of one record", "r.jsonl", revised, 1, is_quick=False)


def _typed() -> Iterator[Hostile]:
    """Paths as they are typed."""
    for name, typed in (
        ("half a megabyte of paths", [f"/nowhere/{'a' * 40}{n}" for n in range(9_000)]),
        ("a path of 5,000 letters", ["x" * 5_000]),
        ("a glob of nothing", ["/nowhere/[[]*"]),
        ("no path", [""]),
        ("terminal codes", ["/nowhere/\x1b[2J\x07"]),
        ("half a character", [os.fsdecode(b"/nowhere/\xff")]),
    ):
        lead_nowhere = ("unreadable",) * len(typed)
        yield Hostile("typed", name, lambda folder: None, 0, lead_nowhere, False, paths=lambda _, typed=typed: typed)

"""Kinds of files that hold no report, however much text is in them: scripts, styles, pictures, programs.

In come a file's name and first bytes, out comes what it is, in words, or None. Nothing is refused here.
"""

from __future__ import annotations

from pathlib import PurePosixPath

_BY_ENDINGS = {
    "a script": "js mjs cjs ts jsx tsx py pyc rb pl sh bash ps1 bat cmd php r jl lua vbs",
    "source code": "c h cpp hpp cc java class kt go rs swift cs scala sql ipynb",
    "a style sheet": "css scss sass less",
    "a setting": "ini cfg conf toml yml yaml lock env properties",
    "a picture": "png jpg jpeg gif bmp tif tiff webp ico heic svg psd eps",
    "a sound": "mp3 wav ogg oga flac m4a aac opus",
    "a film": "mp4 avi mov mkv webm m4v wmv mpg mpeg",
    "a font": "ttf otf woff woff2 eot",
    "an archive that is not unpacked": "7z rar iso dmg cab lz4 br",
    "a program": "dll so dylib bin wasm",
    "a database": "sqlite sqlite3 db mdb accdb pkl pickle npy npz h5",
    "an old Office file": "doc xls ppt",
    "a presentation": "pptx odp key",
    "geodata": "shp dbf shx kml kmz gpkg",
}
_BY_ENDING = {f".{ending}": kind for kind, endings in _BY_ENDINGS.items() for ending in endings.split()}
_BY_MARK = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"<svg": "a picture",
    b"#!": "a script",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"SQLite format 3": "a database",
    b"7z\xbc\xaf": "an archive that is not unpacked",
    b"Rar!": "an archive that is not unpacked",
    b"<?xml": "XML of no kind that is read",
}


def unread_kind(name: str, head: bytes) -> str | None:
    """What a file is that holds no report: by its ending, else by its first bytes."""
    known = _BY_ENDING.get(PurePosixPath(name).suffix.lower())
    return known or next((kind for mark, kind in _BY_MARK.items() if head.lstrip().startswith(mark)), None)

"""Markdown: one file is one report. Clean reads its front matter, takes out its marks and keeps its headings."""

from tasks.ingest.format import Format, whole_file

FORMAT = Format((".md", ".markdown"), whole_file, media_code="markdown")

"""Plain text: one file is one report, in any encoding that can be told. Clean decodes it."""

from tasks.ingest.format import Format, whole_file

FORMAT = Format((".txt", ".text"), whole_file, media_code="text", is_fallback=True)

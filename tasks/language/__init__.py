"""English: sentences, parses and their repairs, syntax, dates, quantities and name keys.

What another language would bring again lies here. In come texts, out come what their words say; nothing here knows
the world.
"""

CODED = ("en",)
"""The languages, by ISO 639-1, in which reports are coded; documents in others are kept and counted (`coded.py`)."""

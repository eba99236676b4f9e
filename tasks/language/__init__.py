"""English: sentences, parses and their repairs, syntax, dates, quantities and name keys.

What another language would bring again lies here. In come texts, out come what their words say; nothing here knows
the world.
"""

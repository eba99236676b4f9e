"""The world that texts speak of: actors, places, event types and how other schemes code them.

In come checked frames of `seeds/` and the gazetteer, out come look-ups; a name that nothing knows has no answer.
"""

"""Questions to a release: one event, who controlled a place, counts by area and period, what was known on a day, whose
word it rests on, the difference of two, and whether one is whole."""

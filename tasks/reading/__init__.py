"""Questions to a release: one event, who controlled a place, the difference of two, and whether one is whole."""

"""Questions to a release: one event, a territory's holders, the difference of two, and whether one is whole."""

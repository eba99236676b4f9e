"""What touches `data/`: tables, ledger, checks, fingerprints, the writer lock, releases and their pruning."""

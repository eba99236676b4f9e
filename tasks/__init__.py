"""Sitrep's work: one module a stage, and what the stages share (tables, store, vocabularies, gazetteer, dates)."""

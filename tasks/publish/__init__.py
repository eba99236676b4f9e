"""Publish: the tables of a release, its codebook, its report, its descriptions and its exports.

In come the tables of the stages and the vocabularies, out come frames and texts; the store writes them. Nothing is
refused here. Each part is imported from its own module, so that who lists the exports need not load the report.
"""

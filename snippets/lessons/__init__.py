"""Lessons of the sources, each put to the test by one experiment.

Each module `lNN_*` has a `run` that returns a frozen record of scores, one a
seed, which the note draws and the tests judge.
"""

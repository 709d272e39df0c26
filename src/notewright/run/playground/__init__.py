"""Run edited cells in forks of the state that the cells above them left.

Used by `serve` only. May import: the top level, `note`, `run`, `run.worker`.
"""

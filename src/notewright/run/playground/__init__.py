"""The playground: runs edited cells in copies of the state that the cells above left.

Under `serve`, and nowhere else. May import: the top level, `note`, `run`, `run.worker`.
"""

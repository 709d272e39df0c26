"""Runs the cells: from sessions to records, and from records to what each cell showed.

Its face is `engine.Engine`. The build's side of the socket; the other side is `run.worker`.
May import: the top level, `note`, `vault`, `run.worker`, `run.cluster`, `run.shared`.
"""

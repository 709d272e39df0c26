"""Run cells: turn sessions into records, and records into the output of each cell.

The entry point is `engine.Engine`. This is the build's side of the socket; the other side is
`run.worker`. May import: the top level, `note`, `vault`, `run.worker`, `run.cluster`,
`run.shared`.
"""

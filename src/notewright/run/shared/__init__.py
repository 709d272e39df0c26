"""Share records between machines, through a folder or a URL.

The entry point is `shared_records.SharedRecords`. May import: the top level, `note`, `run`,
`run.worker`.
"""

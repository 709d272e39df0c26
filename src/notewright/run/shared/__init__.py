"""Shared records: what one machine ran is fresh on the next, through a folder or an address.

Its face is `shared_records.SharedRecords`. May import: the top level, `note`, `run`, `run.worker`.
"""

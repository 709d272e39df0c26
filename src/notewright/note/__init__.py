"""One note: its text, and everything parsed from it.

The entry point is `note.Note`. It does not read other notes, the disk or records.
May import: the top level of the package.
"""

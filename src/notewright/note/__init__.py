"""A note: one file as text, and what is parsed out of it.

Its face is `note.Note`. It knows no other note, no disk and no run.
May import: the top level of the package.
"""

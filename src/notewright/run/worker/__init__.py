"""The worker: all that is loaded in the process of a cell, and the warm parent that forks it.

It is closed, so that a session starts light and its digest is that of this folder: a record is
stale once a file here changes. Started by name (`python -m notewright.run.worker.zygote`).
May import: nothing of notewright but itself.
"""

"""Run the Python in notes: one record of each run, shown by the site and checked by the tests.

This module imports nothing, so that a worker process starts quickly.
"""

__version__ = "0.2.0"

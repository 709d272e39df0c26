"""Notewright: notes that run. One record of each run, shown by the site and judged by the tests.

This module imports nothing, so that a worker process starts light.
"""

__version__ = "0.2.0"

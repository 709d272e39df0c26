"""Example code that the notes import and show: one topic a module."""

"""Exercises: the cores of the notes with their bodies left out, and tests to
write them by.
"""

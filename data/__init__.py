"""Data sets that the notes use, a directory each: generator, card,
checksums.
"""

"""Data sets that the notes use, a directory each; their cards stand in
`docs/data/`.
"""

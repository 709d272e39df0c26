"""The MkDocs host: a thin plugin over a `Build`. The only package that imports MkDocs.

May import: all other packages.
"""

"""The staging folder, from which other site generators take finished articles.

May import: the top level, `render`.
"""

"""Shells: other programs that put finished articles into pages, and the stage they are given.

May import: the top level, `render`.
"""

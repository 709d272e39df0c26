"""Hosts: what calls the engine: MkDocs, Zensical, pytest, the command line; nothing imports them.

May import: all other packages.
"""

"""Longer functions of the project notebooks, a module a chapter."""

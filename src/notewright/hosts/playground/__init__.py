"""The playground's server: what a page may request, who may request it, and saving to a note.

A built site does not include it. May import: all other packages but `hosts.mkdocs`.
"""

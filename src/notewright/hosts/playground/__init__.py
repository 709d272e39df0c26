"""The playground of a server: what a page may ask, who may ask it, and what is saved in a note.

Nothing of it is in a built site. May import: all other packages but `hosts.mkdocs`.
"""

"""The language server: what an editor shows of notes while they are written.

It knows the protocol of editors; what is wrong is judged elsewhere. May import: all other packages
but `hosts.mkdocs` and `hosts.playground`.
"""

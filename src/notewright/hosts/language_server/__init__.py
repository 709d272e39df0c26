"""The language server: show problems and results in an editor while you write.

It only translates to the protocol of editors. May import: all other packages but `hosts.mkdocs`
and `hosts.playground`.
"""

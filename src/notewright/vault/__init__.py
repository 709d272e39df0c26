"""The vault: all notes and attachments of a project on disk, and the links between them.

Its face is `vault.Vault`. Nothing here runs code or makes HTML.
May import: the top level, `note`, `bases`.
"""

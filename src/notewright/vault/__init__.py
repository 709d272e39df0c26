"""The vault: all notes and attachments of a project on disk, and the links between them.

The entry point is `vault.Vault`. Nothing here runs code or writes HTML.
May import: the top level, `note`, `bases`.
"""

"""The reference that is made from the code: docs/messages.md, docs/methods.md, the settings in docs/operating.md."""

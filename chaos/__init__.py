"""Breaks the suite on purpose and judges from outside what became of it. Never in an image, refused in production."""

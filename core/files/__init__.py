"""Stored files: what people upload, kept by its content, and given out by the rights on the record that holds it."""

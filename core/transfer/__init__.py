"""Bringing records in from files and taking them out again.

The modules `detect`, `reader`, `mapping`, `repair`, `formula` and `writer` know files only: no database, no
entity, no request. What they hand out is text with its row number; typing it is the work of the fields.
"""

"""Entities: mapped classes that users see, declared once; everything else is derived from the declaration."""

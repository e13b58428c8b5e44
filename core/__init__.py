"""Diwan's kernel: what every deployment has, whatever plugins it enables."""

__version__ = "0.1.0"

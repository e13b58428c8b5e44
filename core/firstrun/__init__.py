"""The set-up of a new organisation: its steps, how far it has come, and its pages."""

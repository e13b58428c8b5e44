"""One change for many records: asked for, looked at first, carried out by a job, and taken back."""

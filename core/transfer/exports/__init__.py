"""Exports of long lists: written by a job into a file that waits for its user, for a while."""

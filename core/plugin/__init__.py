"""Plugins: manifest, hooks, loading, lifecycle and migrations."""

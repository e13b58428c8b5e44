"""Signing in, sessions, tokens, rights: who asks, and what may he do."""

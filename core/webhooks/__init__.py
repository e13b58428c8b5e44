"""Webhooks: telling other programs what changed here, and hearing from them what changed there."""

"""Notices: what happened that somebody should know of, at the bell, by mail or in a daily digest, as he chooses."""

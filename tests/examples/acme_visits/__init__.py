"""Field visits: a partner's plugin in full."""

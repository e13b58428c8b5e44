"""Saved views: a list's conditions, order and columns under a name, for oneself or shared."""

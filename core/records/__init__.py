"""The write path: every change of a record, from whatever door, ends in `save_many` or its kin here."""

from core.records.change import Change, Cleaned
from core.records.named import find_named, find_or_create_named, ids_by_key, match_key, may_be_made, name_key
from core.records.prepare import clean_new, countries_first
from core.records.read import get, load
from core.records.save import check, create, save_many, update
from core.records.several import holding
from core.records.trash import delete, purge, restore
from core.records.write import leave_act

__all__ = ["Change", "Cleaned", "check", "clean_new", "countries_first", "create", "delete", "find_named",
           "find_or_create_named", "get", "holding", "ids_by_key", "leave_act", "load", "match_key", "may_be_made",
           "name_key", "purge", "restore", "save_many", "update"]

"""Lists: filters, sort, keyset pages, counts and grouped figures over one entity, by the actor's rights."""

from core.query.aggregate import aggregate
from core.query.dated import dated
from core.query.neighbours import Neighbours, neighbours
from core.query.options import matching_ids, options
from core.query.page import Companions, Page, capped_count, companions, fetch, kept_groups, pointed_at, titles
from core.query.parse import ListQuery, parse_args, parse_tree

__all__ = [
    "Companions",
    "ListQuery",
    "Neighbours",
    "Page",
    "aggregate",
    "capped_count",
    "companions",
    "dated",
    "fetch",
    "kept_groups",
    "matching_ids",
    "neighbours",
    "options",
    "parse_args",
    "parse_tree",
    "pointed_at",
    "titles",
]

"""Lists: filters, sort, keyset pages, counts and grouped figures over one entity, by the actor's rights."""

from core.query.aggregate import aggregate
from core.query.by_time import days_of
from core.query.conditions import further, in_days, is_true
from core.query.dated import dated, dated_ones
from core.query.neighbours import Neighbours, neighbours
from core.query.options import matching_ids, options, told_apart
from core.query.page import Companions, Page, capped_count, companions, fetch, kept_groups, pointed_at, titles
from core.query.parse import ListQuery, named_filters, parse_args, parse_tree
from core.query.parts import Part, changeable, first_of_each, kept_figures, more_of
from core.query.whole import count, of_ids, ordered_ids

__all__ = [
    "Companions",
    "ListQuery",
    "Neighbours",
    "Page",
    "Part",
    "aggregate",
    "capped_count",
    "changeable",
    "companions",
    "count",
    "dated",
    "dated_ones",
    "days_of",
    "fetch",
    "first_of_each",
    "further",
    "in_days",
    "is_true",
    "kept_figures",
    "kept_groups",
    "matching_ids",
    "more_of",
    "named_filters",
    "neighbours",
    "of_ids",
    "options",
    "ordered_ids",
    "parse_args",
    "parse_tree",
    "pointed_at",
    "titles",
    "told_apart",
]

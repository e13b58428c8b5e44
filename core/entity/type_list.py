"""The kernel's own field types, in the order in which an admin is offered them."""

from __future__ import annotations

from core.entity.types import (
    BoolType,
    ChoiceType,
    CountryType,
    CurrencyType,
    EmailType,
    FieldType,
    NoteType,
    PhoneType,
    TextType,
    UrlType,
)
from core.entity.types_link import RefType, SeriesType, TagsType, UserType
from core.entity.types_number import MoneyType, NumberType, PercentType
from core.entity.types_time import DateTimeType, DateType

KERNEL_TYPES: tuple[FieldType, ...] = (
    TextType(), NoteType(), NumberType(), MoneyType(), DateType(), BoolType(), ChoiceType(), RefType(), PhoneType(),
    EmailType(), UrlType(), PercentType(), DateTimeType(), UserType(), CountryType(), CurrencyType(), TagsType(),
    SeriesType(),
)

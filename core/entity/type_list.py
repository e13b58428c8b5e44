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
from core.entity.types_code import BarcodeType
from core.entity.types_duration import DurationType
from core.entity.types_file import FileType, ImageType
from core.entity.types_link import (
    AnyEntityType,
    AnyRecordType,
    LinksType,
    LinkType,
    RefType,
    SeriesType,
    TagsType,
    UsersType,
    UserType,
)
from core.entity.types_list import MultiChoiceType
from core.entity.types_number import MoneyType, NumberType, PercentType
from core.entity.types_place import AddressType, GeoType
from core.entity.types_time import DateTimeType, DateType

KERNEL_TYPES: tuple[FieldType, ...] = (
    TextType(), NoteType(), NumberType(), MoneyType(), DateType(), BoolType(), ChoiceType(), MultiChoiceType(),
    RefType(), PhoneType(), EmailType(), UrlType(), PercentType(), DateTimeType(), DurationType(), UserType(),
    CountryType(), CurrencyType(), AddressType(), GeoType(), FileType(), ImageType(), BarcodeType(),
    TagsType(), UsersType(), LinksType(),
    SeriesType(), LinkType(), AnyEntityType(), AnyRecordType(),
)

"""What a column of a file can be called to find its field: the field's labels in every language, the synonyms of its
declaration, and for some types what people write above a column of them whatever the field is called.

Spelling variants are not listed: headings are compared by `core.transfer.mapping.heading_key`, for which كد ملي is
کد ملی and "Mobile no." is "mobile number".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.entity.spec import FieldSpec
from core.entity.types_several import SeveralType, primary_of
from core.transfer.mapping import Target, in_every_language


@dataclass(frozen=True, slots=True)
class Words:
    """Headings of a type's columns. `kinds` are of a further value too, such as "Work phone": the field of the main
    one has such a column where it has no other; what is `further` never stands in the field of the main one."""

    usual: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    further: tuple[str, ...] = ()


_PHONES_EN = ("Phone", "Telephone", "Tel", "Mobile", "Mobile phone", "Cell", "Cell phone", "Cellphone", "Cellular",
              "Handphone", "Contact", "WhatsApp", "GSM")  # fmt: skip
_PHONES_AR = ("الهاتف", "التلفون", "التليفون", "الجوال", "المحمول", "الهاتف المحمول", "الهاتف الجوال", "الموبايل",
              "النقال", "الهاتف النقال", "الخلوي", "التواصل", "الاتصال", "الواتساب", "الواتس")  # fmt: skip
_PHONES_FA = ("تلفن", "تلفن همراه", "گوشی همراه", "همراه", "موبایل", "گوشی", "تماس", "تلفن تماس",
              "واتساپ")  # fmt: skip
# "Contact" and the like by themselves are a name, but with "number" a phone.
_NUMBERS_ONLY = frozenset({"Contact", "التواصل", "الاتصال", "گوشی"})

#: By the type's name; they mean the first field of the type that an entity has.
TYPE_WORDS: Mapping[str, Words] = MappingProxyType({
    "phone": Words(
        (
            *(word for word in (*_PHONES_EN, *_PHONES_AR, *_PHONES_FA) if word not in _NUMBERS_ONLY),
            *(f"{word} number" for word in _PHONES_EN), *(f"رقم {word}" for word in _PHONES_AR),
            *(f"شماره {word}" for word in _PHONES_FA),
        ),
        (
            "Work phone", "Business phone", "Office phone", "Home phone", "Landline", "Landline phone", "Fixed phone",
            "Direct phone", "Company phone",
            "هاتف العمل", "هاتف المكتب", "هاتف المنزل", "الهاتف الثابت", "الهاتف الأرضي", "هاتف الشركة",
            "تلفن ثابت", "تلفن محل کار", "تلفن کار", "تلفن دفتر", "تلفن منزل", "تلفن شرکت", "شماره ثابت", "ثابت",
        ),
        (
            "Other phone", "Second phone", "Secondary phone", "Alternative phone", "Additional phone", "Fax",
            "Fax number", "Other mobile", "Second mobile",
            "هاتف آخر", "هاتف إضافي", "هاتف ثان", "الهاتف الثاني", "جوال آخر", "جوال إضافي", "الفاكس", "رقم الفاكس",
            "تلفن دوم", "تلفن دیگر", "موبایل دوم", "همراه دوم", "فکس", "شماره فکس", "نمابر", "دورنگار",
        ),
    ),
    "email": Words(
        (
            "Email", "Email address", "Mail", "Mail address", "Email ID",
            "البريد الإلكتروني", "البريد", "الإيميل", "عنوان البريد الإلكتروني", "عنوان البريد", "عنوان الإيميل",
            "بريد إلكتروني",
            "ایمیل", "پست الکترونیک", "پست الکترونیکی", "رایانامه", "نشانی ایمیل", "آدرس ایمیل",
            "نشانی پست الکترونیکی",
        ),
        (
            "Work email", "Business email", "Office email", "Company email", "Personal email", "Private email",
            "البريد الشخصي", "بريد العمل", "البريد الإلكتروني الشخصي", "بريد الشركة",
            "ایمیل شخصی", "ایمیل کاری", "ایمیل شرکت",
        ),
        (
            "Other email", "Second email", "Secondary email", "Alternative email",
            "بريد آخر", "بريد إلكتروني آخر", "بريد إضافي",
            "ایمیل دوم", "ایمیل دیگر",
        ),
    ),
    "country": Words(("Country code", "Country name", "Nation", "البلد", "الدولة", "اسم الدولة", "کشور", "نام کشور")),
    "currency": Words(("Currency code", "العملة", "رمز العملة", "ارز", "واحد پول", "نوع ارز")),
    "url": Words(("Web", "Website address", "Web page", "Webpage", "Homepage", "URL", "Site", "Link", "الموقع",
                  "الموقع الإلكتروني", "رابط الموقع", "الرابط", "وب‌سایت", "سایت", "تارنما", "آدرس سایت",
                  "آدرس وب‌سایت")),
    "note": Words(("Notes", "Comment", "Comments", "Remark", "Remarks", "Description", "Additional information",
                   "ملاحظة", "ملاحظات", "تعليق", "تعليقات", "الوصف", "البيان", "یادداشت", "یادداشت‌ها", "توضیح",
                   "توضیحات", "ملاحظات", "شرح")),
})  # fmt: skip
#: The columns of the further values of a field with several.
NUMBERED = range(2, 6)
# The column that the file of failed rows adds; it says nothing about the record.
ERROR_HEADINGS = ("Error", "الخطأ", "خطأ", "خطا")
_NO_WORDS = Words(())


def targets(fields: Iterable[FieldSpec]) -> list[Target]:
    """What the columns of a file can be mapped to: `fields`, with all their headings."""
    listed = {spec.name: spec for spec in fields}
    firsts = {spec.type.name: spec.name for spec in reversed(listed.values())}
    return [_target(spec, listed, firsts) for spec in listed.values()]


def _target(spec: FieldSpec, listed: Mapping[str, FieldSpec], firsts: Mapping[str, str]) -> Target:
    if isinstance(spec.type, SeveralType):
        return _several(spec, listed.get(main_field(spec)), firsts)
    words = _words(spec, firsts)
    beside, shared = next(iter(spec.options.get("synonyms_beside", {}).items()), ("", ()))
    own = tuple(heading for heading in _headings(spec, words) if heading not in shared)
    if any(main_field(one) == spec.name for one in listed.values() if isinstance(one.type, SeveralType)):
        own += tuple(f"{heading} 1" for heading in own)
    labels = tuple(label for label in in_every_language(spec.label) if label not in shared)
    return Target(spec.name, own, tuple(shared), beside, weak=words.kinds, is_required=spec.required, labels=labels)


def _several(spec: FieldSpec, main: FieldSpec | None, firsts: Mapping[str, str]) -> Target:
    own = in_every_language(spec.label) + spec.synonyms
    if main is None:
        return Target(spec.name, own, repeats=True, labels=in_every_language(spec.label))
    words = _words(main, firsts)
    numbered = (f"{heading} {n}" for heading in _headings(main, words) for n in NUMBERED)
    # What else is called an address may be a part of the main one, such as its street.
    takes_over = main.name if len(primary_of(spec)) == 1 else ""
    return Target(spec.name, (*own, *numbered, *words.further), repeats=True, main=takes_over,
                  labels=in_every_language(spec.label))


def _words(spec: FieldSpec, firsts: Mapping[str, str]) -> Words:
    return TYPE_WORDS.get(spec.type.name, _NO_WORDS) if firsts.get(spec.type.name) == spec.name else _NO_WORDS


def _headings(spec: FieldSpec, words: Words) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*in_every_language(spec.label), *spec.synonyms, *words.usual)))


def other_headings(spec: FieldSpec) -> tuple[str, ...]:
    """What a column of the field may be called besides its label."""
    return (*spec.synonyms, *TYPE_WORDS.get(spec.type.name, _NO_WORDS).usual)


def main_field(spec: FieldSpec) -> str:
    """The field whose further values stand in numbered columns: "Phone 2" beside "Phone"."""
    return next(iter(primary_of(spec).values()), "")

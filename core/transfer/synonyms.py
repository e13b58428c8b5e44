"""What people write above a column in customer lists, in Arabic, Persian and English.

Spelling variants are not listed: headings are compared by their search key, for which كد ملي is کد ملی.
A field's labels and the synonyms of its declaration come on top of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from core.entity.spec import FieldSpec
from core.entity.types_several import SeveralType, primary_of
from core.transfer.mapping import Target, in_every_language

SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "name": (
        "Nom", "Nom complet", "Société", "Raison sociale",
        "Name", "Full name", "Customer", "Customer name", "Client", "Client name", "Contact",
        "Contact name", "Display name", "الاسم", "اسم", "الاسم الكامل", "اسم العميل", "العميل",
        "اسم الزبون", "نام", "نام کامل", "نام و نام خانوادگی", "نام مشتری", "مشتری", "نام مخاطب",
        "مخاطب",
    ),
    "first_name": (
        "Prénom",
        "First name", "Given name", "Forename", "الاسم الأول", "الاسم الاول", "نام کوچک",
        "اسم کوچک",
    ),
    "last_name": (
        "Last name", "Surname", "Family name", "Family", "اسم العائلة", "العائلة", "اللقب",
        "الكنية", "اسم الأسرة", "نام خانوادگی", "فامیلی", "فامیل", "شهرت",
    ),
    "email": (
        "Email", "E-mail", "Email address", "Mail", "البريد الإلكتروني", "البريد", "ايميل",
        "الإيميل", "عنوان البريد الإلكتروني", "ایمیل", "پست الکترونیک", "پست الکترونیکی",
        "رایانامه", "نشانی ایمیل", "آدرس ایمیل",
    ),
    "phone": (
        "Phone", "Phone number", "Telephone", "Tel", "Mobile", "Mobile number", "Mobile phone",
        "Cell", "Cell phone", "الهاتف", "هاتف", "رقم الهاتف", "الجوال", "جوال", "رقم الجوال",
        "المحمول", "الهاتف المحمول", "رقم المحمول", "الموبايل", "رقم الموبايل", "النقال", "التلفون",
        "التليفون", "تلفن", "شماره تلفن", "تلفن همراه", "شماره همراه", "شماره تلفن همراه", "همراه",
        "موبایل", "شماره موبایل", "شماره تماس", "تماس", "تلفن تماس",
    ),
    "country": (
        "Country", "Country code", "البلد", "الدولة", "بلد", "دولة", "کشور",
    ),
    "region": (
        "Region", "State", "Province", "State or province", "المنطقة", "المحافظة", "الإقليم",
        "المنطقة أو المحافظة", "استان", "ناحیه",
    ),
    "city": (
        "Ville",
        "City", "Town", "المدينة", "مدينة", "شهر", "نام شهر",
    ),
    "postal_code": (
        "Postal code", "Post code", "Postcode", "Zip", "Zip code", "الرمز البريدي", "الرقم البريدي",
        "کد پستی", "کدپستی",
    ),
    "address": (
        "Address", "Street", "Street address", "العنوان", "عنوان", "الشارع", "نشانی", "آدرس",
        "آدرس پستی", "نشانی پستی",
    ),
    "status": (
        "Status", "State of contact", "الحالة", "حالة", "وضعیت",
    ),
    "source": (
        "Source", "Lead source", "المصدر", "مصدر", "منبع", "منبع آشنایی",
    ),
    "kind": (
        "Kind", "Type", "Customer type", "النوع", "نوع", "نوع العميل", "نوع مشتری",
    ),
    "company_id": (
        "Company", "Organisation", "Organization", "Account", "الشركة", "المؤسسة", "الجهة", "شرکت",
        "سازمان",
    ),
    # "Organisation" alone is the customer's; this one is exported only.
    "organisation_id": (
        "Our organisation", "مؤسستنا", "سازمان ما",
    ),
    "company_name": (
        "Company name", "Organisation name", "اسم الشركة", "نام شرکت", "شرکت",
    ),
    "category_id": (
        "Category", "Group", "الفئة", "التصنيف", "المجموعة", "دسته", "دسته‌بندی", "گروه",
    ),
    "tags": (
        "Tags", "Tag", "Labels", "الوسوم", "وسوم", "العلامات", "برچسب", "برچسب‌ها", "تگ",
    ),
    "website": (
        "Website", "Web", "Web site", "URL", "Site", "الموقع", "الموقع الإلكتروني", "وب‌سایت",
        "سایت", "تارنما",
    ),
    "currency": (
        "Currency", "العملة", "عملة", "ارز", "واحد پول",
    ),
    "birth_date": (
        "Birth date", "Date of birth", "Birthday", "DOB", "تاريخ الميلاد", "تاريخ الولادة",
        "تاریخ تولد", "تولد", "ت. تولد",
    ),
    "national_id": (
        "National ID", "National ID number", "National code", "ID number", "Identity number",
        "رقم الهوية", "رقم الهوية الوطنية", "الرقم القومي", "الهوية", "الرقم الوطني", "رقم الإقامة",
        "کد ملی", "کدملی", "شماره ملی",
    ),
    "tax_number": (
        "Tax number", "VAT number", "Tax ID", "VAT", "الرقم الضريبي", "رقم التسجيل الضريبي",
        "شماره اقتصادی", "کد اقتصادی",
    ),
    "number": (
        "Number", "Customer number", "Client number", "Code", "Customer code", "رقم العميل",
        "الرقم", "كود العميل", "شماره مشتری", "کد مشتری", "شماره", "کد",
    ),
    "owner_id": (
        "Owner", "Person in charge", "Salesperson", "Sales rep", "Assigned to", "المسؤول",
        "الموظف المسؤول", "المندوب", "مسئول", "کارشناس", "کارشناس فروش",
    ),
    "note": (
        "Note", "Notes", "Comment", "Comments", "Remarks", "Description", "ملاحظة", "ملاحظات",
        "الملاحظات", "تعليق", "یادداشت", "توضیحات", "ملاحظات",
    ),
    "amount": (
        "Amount", "المبلغ", "مبلغ", "القيمة",
    ),
    "date": (
        "Date", "التاريخ", "تاريخ", "تاریخ",
    ),
})  # fmt: skip
# "Name" is the first name where a column for the last name stands beside it.
_SHARED = {"first_name": (("Name", "الاسم", "اسم", "نام"), "last_name")}
#: The columns of the further values of a field with several.
NUMBERED = range(2, 6)
# The column that the file of failed rows adds; it says nothing about the record.
ERROR_HEADINGS = ("Error", "الخطأ", "خطأ", "خطا")


def targets(fields: Iterable[FieldSpec]) -> list[Target]:
    """What the columns of a file can be mapped to: `fields`, with all their headings."""
    listed = {spec.name: spec for spec in fields}
    return [_target(spec, listed) for spec in listed.values()]


def _target(spec: FieldSpec, listed: Mapping[str, FieldSpec]) -> Target:
    shared, beside = _SHARED.get(spec.name, ((), ""))
    own = tuple(heading for heading in _headings(spec) if heading not in shared)
    if not isinstance(spec.type, SeveralType):
        return Target(spec.name, own, shared, beside)
    main = listed.get(main_field(spec))
    numbered = (f"{heading} {n}" for heading in (_headings(main) if main else ()) for n in NUMBERED)
    return Target(spec.name, (*own, *numbered), repeats=True)


def _headings(spec: FieldSpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*in_every_language(spec.label), *spec.synonyms, *SYNONYMS.get(spec.name, ()))))


def main_field(spec: FieldSpec) -> str:
    """The field whose further values stand in numbered columns: "Phone 2" beside "Phone"."""
    return next(iter(primary_of(spec).values()), "")

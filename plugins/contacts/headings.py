"""What people write above the columns of customer lists, besides a field's label: per field, in each language.

Spelling variants are not listed: headings are compared folded, without the article, and "no." is "number". What
a column of phones, emails, countries, currencies, websites or notes is called, the kernel knows of every field.
"""

from __future__ import annotations

#: Means the first name where a column for the last name stands beside it.
SHORT_NAME = ("Name", "الاسم", "نام")
NAME = (
    *SHORT_NAME,
    "Full name", "Customer", "Customer name", "Client", "Client name", "Contact", "Contact name", "Contact person",
    "Display name", "Name of customer", "Buyer", "Lead", "Lead name", "Business name", "Nom", "Nom complet",
    "Société", "Raison sociale",
    "الاسم الكامل", "الاسم الثلاثي", "الاسم الرباعي", "اسم العميل", "العميل", "اسم الزبون", "الزبون",
    "اسم جهة الاتصال", "جهة الاتصال", "الشخص المسؤول",
    "نام کامل", "نام و نام خانوادگی", "نام نام خانوادگی", "نام مشتری", "مشتری", "نام مخاطب", "مخاطب", "نام طرف حساب",
    "طرف حساب", "نام خریدار", "خریدار", "اسم", "نام فرد رابط", "شخص رابط",
)  # fmt: skip
FIRST_NAME = (
    "First", "Given name", "Forename", "Prénom",
    "الاسم الأول",
    "نام کوچک", "اسم کوچک",
)  # fmt: skip
LAST_NAME = (
    "Last", "Surname", "Family name", "Family",
    "اسم العائلة", "العائلة", "اللقب", "الكنية", "اسم الأسرة",
    "نام خانوادگی", "فامیلی", "فامیل", "شهرت",
)  # fmt: skip
COMPANY = (
    "Company", "Company name", "Name of company", "Organisation", "Organization", "Organisation name",
    "Organization name", "Account", "Account name", "Employer", "Firm", "Workplace",
    "الشركة", "اسم الشركة", "المؤسسة", "اسم المؤسسة", "الجهة", "اسم الجهة", "المنشأة", "اسم المنشأة", "جهة العمل",
    "شرکت", "نام شرکت", "سازمان", "نام سازمان", "مؤسسه", "نام مؤسسه", "محل کار",
)  # fmt: skip
JOB_TITLE = (
    "Title", "Position", "Role", "Job", "Occupation", "Designation",
    "المسمى الوظيفي", "المنصب", "الوظيفة", "المهنة", "الصفة",
    "سمت", "عنوان شغلی", "شغل", "پست سازمانی",
)  # fmt: skip
REGION = (
    "Region", "State", "Province", "County", "Governorate", "Emirate",
    "المنطقة", "المحافظة", "الإقليم", "الولاية", "الإمارة",
    "استان", "استان/شهر", "ناحیه",
)  # fmt: skip
CITY = (
    "Town", "City name", "Ville",
    "المدينة", "اسم المدينة", "البلدة",
    "شهر", "نام شهر", "شهرستان",
)  # fmt: skip
POSTAL_CODE = (
    "Post code", "Zip", "Zip code",
    "الرمز البريدي", "الرقم البريدي",
    "کد پستی", "کدپستی", "کد پستی ده رقمی",
)  # fmt: skip
ADDRESS = (
    "Street", "Street address", "Postal address", "Full address", "Mailing address", "Address line 1", "Address 1",
    "العنوان", "الشارع", "العنوان الكامل", "العنوان البريدي", "العنوان بالتفصيل",
    "نشانی", "آدرس", "آدرس پستی", "نشانی پستی", "آدرس کامل", "نشانی کامل",
)  # fmt: skip
STATUS = (
    "State of contact", "Customer status", "Lead status",
    "الحالة", "حالة العميل",
    "وضعیت", "وضعیت مشتری",
)  # fmt: skip
SOURCE = (
    "Lead source", "Origin", "Heard from",
    "المصدر", "مصدر العميل",
    "منبع", "منبع آشنایی", "نحوه آشنایی",
)  # fmt: skip
KIND = (
    "Kind", "Customer type", "Client type",
    "النوع", "نوع العميل",
    "نوع", "نوع مشتری", "حقیقی/حقوقی", "حقیقی یا حقوقی",
)  # fmt: skip
CATEGORY = (
    "Group", "Customer group", "Segment", "Class",
    "التصنيف", "الفئة", "المجموعة",
    "دسته", "دسته‌بندی", "گروه", "گروه مشتری",
)  # fmt: skip
TAGS = (
    "Tag", "Labels", "Keywords",
    "الوسوم", "العلامات", "الكلمات المفتاحية",
    "برچسب", "برچسب‌ها", "تگ", "تگ‌ها",
)  # fmt: skip
BIRTH_DATE = (
    "Date of birth", "Birthday", "DOB", "Birthdate",
    "تاريخ الميلاد", "تاريخ الولادة",
    "تاریخ تولد", "تولد", "ت. تولد",
)  # fmt: skip
NATIONAL_ID = (
    "National code", "National number", "ID number", "Identity number", "Identity card number",
    "رقم الهوية", "الهوية الوطنية", "رقم الهوية الوطنية", "الهوية", "الرقم القومي", "الرقم الوطني", "رقم الإقامة",
    "کد ملی", "کدملی", "شماره ملی",
)  # fmt: skip
TAX_NUMBER = (
    "VAT number", "Tax ID", "VAT", "TRN",
    "الرقم الضريبي", "رقم التسجيل الضريبي", "الرقم الضريبي للمنشأة",
    "شماره اقتصادی", "کد اقتصادی",
)  # fmt: skip
NUMBER = (
    "Client ID", "Client number", "Customer number", "Customer ID", "Customer code", "Client code", "Code",
    "Account number",
    "الرقم", "رقم العميل", "كود العميل", "رمز العميل", "رقم الزبون",
    "کد مشتری", "شماره مشتری", "شماره", "کد", "کد اشتراک", "شماره اشتراک",
)  # fmt: skip

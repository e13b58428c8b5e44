"""Sentences that follow the wording rules, and for each rule texts that break it.

The good ones are the patterns translators start from; docs/translating.md shows some of them.
"""

GOOD = (
    # English, Arabic, Persian
    (
        "Enter an email address or a mobile number.",
        "يُرجى إدخال بريد إلكتروني أو رقم هاتف محمول.",
        "ایمیل یا شماره موبایل را وارد کنید.",
    ),
    (
        "The invoice was not saved because the server did not answer. Your entries are kept; try again.",
        "تعذّر حفظ الفاتورة لعدم استجابة الخادم. البيانات المُدخلة باقية؛ يُرجى إعادة المحاولة.",
        "فاکتور ذخیره نشد، چون سرور پاسخ نداد. داده‌های واردشده باقی است؛ دوباره امتحان کنید.",
    ),
    (
        "You do not have permission to delete invoices. Ask an administrator for “{permission}”.",
        "لا توجد صلاحية لحذف الفواتير. يمكن طلب «{permission}» من مدير النظام.",
        "دسترسی حذف فاکتور را ندارید. «{permission}» را از مدیر سیستم بخواهید.",
    ),
    (
        "{user} changed this record at {time}. Choose the values to keep.",
        "عُدِّل هذا السجل بواسطة {user} في {time}. يُرجى تحديد القيم التي ستبقى.",
        "{user} این رکورد را در {time} تغییر داده است. مقدارهایی را که می‌ماند انتخاب کنید.",
    ),
    (
        "“{value}” is not a valid date. Example: {example}",
        "«{value}» ليس تاريخًا صالحًا. مثال: {example}",
        "«{value}» تاریخ معتبری نیست. نمونه: {example}",
    ),
    (
        "Row {row}, column “{column}”: {message}",
        "الصف {row}، العمود «{column}»: {message}",
        "ردیف {row}، ستون «{column}»: {message}",
    ),
    (
        "Your session has ended. Log in to continue.",
        "انتهت الجلسة. يُرجى تسجيل الدخول للاستمرار.",
        "نشست پایان یافته است. برای ادامه وارد شوید.",
    ),
    (
        "Delete invoice {number}? It moves to the trash and can be restored until {date}.",
        "حذف الفاتورة {number}؟ ستُنقل إلى سلة المحذوفات، ويمكن استعادتها حتى {date}.",
        "فاکتور {number} حذف شود؟ به زباله‌دان می‌رود و تا {date} بازیابی‌پذیر است.",
    ),
    ("Contact saved.", "تم حفظ جهة الاتصال.", "مخاطب ذخیره شد."),
    (
        "{user} assigned the opportunity “{name}” to you.",
        "أُسندت إليك فرصة البيع «{name}» بواسطة {user}.",
        "{user} فرصت فروش «{name}» را به شما ارجاع داد.",
    ),
    (
        "No contacts yet. Add the first one or import a CSV file.",
        "لا توجد جهات اتصال بعد. يمكن إضافة أول جهة اتصال أو استيراد ملف CSV.",
        "هنوز مخاطبی نیست. نخستین مخاطب را بیفزایید یا فایل CSV درون‌ریزی کنید.",
    ),
)

# Rule, language, English, wrong translation. A text with a plural is given as tuples.
BAD = (
    ("g01_clean_characters", "ar", "Save", "حفظ "),
    ("g01_clean_characters", "fa", "Save and new", "ذخیره  و مورد جدید"),
    ("g01_clean_characters", "ar", "Save", "حفـظ"),
    ("g01_clean_characters", "ar", "No", "ﻻ"),
    ("g01_clean_characters", "ar", "Email", "\u200fالبريد"),
    ("g01_clean_characters", "fa", "Submit", "تا\u0654یید"),
    ("g02_arabic_letters", "ar", "User", "مستخدم فی النظام"),
    ("g02_arabic_letters", "ar", "Plugin", "مکون"),
    ("g02_arabic_letters", "ar", "Draft", "مسودة\u200cها"),
    ("g03_persian_letters", "fa", "User", "كاربر"),
    ("g03_persian_letters", "fa", "Backup", "نسخۀ پشتیبان"),
    ("g03_persian_letters", "fa", "Result", "أنتخاب"),
    ("g04_zwnj_has_an_effect", "fa", "Users", "کاربر\u200cها"),
    ("g04_zwnj_has_an_effect", "fa", "Sent", "ارسال\u200c شده"),
    ("g04_zwnj_has_an_effect", "fa", "Sent", "ارسال\u200c\u200cشده"),
    ("g05_persian_endings", "fa", "Files", "فایل ها"),
    ("g05_persian_endings", "fa", "Files", "فایلها"),
    ("g05_persian_endings", "fa", "It is deleted.", "حذف می شود."),
    ("g05_persian_endings", "fa", "Backup", "نسخه\u200cی پشتیبان"),
    ("g06_spelling", "ar", "Create", "انشاء"),
    ("g06_spelling", "ar", "Total", "الاجمالي"),
    ("g06_spelling", "ar", "Monthly", "شهرياً"),
    ("g06_spelling", "fa", "Probably", "احتمالًا"),
    ("g07_punctuation", "ar", "Saved, not sent.", "تم الحفظ, لم يُرسل."),
    ("g07_punctuation", "fa", "Delete?", "حذف شود?"),
    ("g07_punctuation", "fa", "Saved.", "ذخیره شد ."),
    ("g07_punctuation", "ar", "“{name}” was not found.", "تعذّر العثور على «{name}."),
    ("g07_punctuation", "ar", "At most ten.", "10 على الأكثر."),
    ("g07_punctuation", "fa", "At most ten.", "حداکثر ۱۰."),
    ("g08_endings_and_length", "ar", "Save", "حفظ."),
    ("g08_endings_and_length", "fa", "Contact saved.", "مخاطب ذخیره شد"),
    ("g08_endings_and_length", "fa", "Delete invoice?", "فاکتور حذف شود."),
    ("g08_endings_and_length", "ar", "Retry", "إعادة المحاولة مرة أخرى من البداية"),
    ("g09_placeholders", "ar", "Hello {name}", "مرحبًا {user}"),
    (
        "g09_placeholders",
        "fa",
        ("{n} row of {total}", "{n} rows of {total}"),
        ("{n} ردیف", "{n} ردیف از {total}"),
    ),
    ("g10_tags", "ar", "Press <b>Save</b>.", "الضغط على <i>حفظ</i>."),
    ("g10_tags", "fa", "See <a><b>this</b></a>.", "<b><a>این</a></b> را ببینید."),
    ("g11_plural_forms", "ar", ("{n} row", "{n} rows"), ("{n} صف", "{n} صفوف")),
    ("g11_plural_forms", "fa", ("{n} row", "{n} rows"), ("{n} ردیف", "")),
    ("g12_register", "ar", "Choose a file.", "اختر ملفًا."),
    ("g12_register", "ar", "The file is empty. Add rows.", "الملف فارغ. أضف صفوفًا."),
    ("g12_register", "ar", "Delete?", "هل تريد الحذف؟"),
    ("g12_register", "fa", "Saved.", "با موفقیت ذخیره شد."),
    ("g12_register", "fa", "Save", "ذخیره کنید"),
    ("g13_glossary", "ar", "Delete the attachment and the chart", "حذف المرفق والخريطة"),
    ("g13_glossary", "fa", "The session has ended.", "جلسه پایان یافت."),
    ("g13_glossary", "ar", "Amount before discount", "كمية قبل الخصم"),
    ("g14_translated", "fa", "Save", "Save"),
    ("english_is_plain", "en", "Saved successfully.", "Saved successfully."),
    ("english_is_plain", "en", "Please wait...", "Please wait..."),
)

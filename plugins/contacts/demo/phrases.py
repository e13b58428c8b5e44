"""What people note about customers, and the words they sort them by, in three languages."""

from __future__ import annotations

NOTES = {
    "fa": (
        "پیش از ظهرها پاسخ می‌دهد؛ بعدازظهر پیام بگذارید.",
        "نمونه کالا فرستاده شد. هفته آینده برای نتیجه تماس بگیرید.",
        "پرداخت را همیشه سر وقت انجام می‌دهد.",
        "درخواست تخفیف برای خرید عمده دارد؛ با مدیر فروش هماهنگ شود.",
        "در نمایشگاه آشنا شدیم. کاتالوگ فارسی و انگلیسی می‌خواهد.",
        "تحویل فقط در انبار؛ ورود کامیون پیش از ساعت ده صبح.",
        "فاکتور رسمی لازم دارد.\nنشانی انبار با نشانی دفتر فرق دارد.",
        "قرارداد سالانه در پایان سال تمدید می‌شود.",
    ),
    "ar": (
        "يفضّل التواصل عبر واتساب بعد الرابعة عصرًا.",
        "أُرسلت عينات المنتج، ويُتوقّع الرد خلال الأسبوع القادم.",
        "يدفع في موعده دائمًا.",
        "طلب خصمًا على الكميات الكبيرة؛ يلزم عرض الأمر على مدير المبيعات.",
        "التعارف كان في المعرض، ويريد الكتالوج بالعربية والإنجليزية.",
        "التسليم في المستودع فقط، قبل العاشرة صباحًا.",
        "يحتاج فاتورة ضريبية.\nعنوان المستودع مختلف عن عنوان المكتب.",
        "العقد السنوي يتجدد في نهاية العام.",
    ),
    "en": (
        "Answers in the mornings; leave a message after lunch.",
        "Samples sent. Call next week for the result.",
        "Always pays on time.",
        "Asks for a discount on larger quantities; check with the sales manager.",
        "Met at the trade fair. Wants the catalogue in Arabic and English.",
        "Deliver to the warehouse only, before ten.",
        "Needs a formal invoice.\nThe warehouse address differs from the office.",
        "The annual contract renews at the end of the year.",
    ),
}  # fmt: skip

# key, hue of a category, then the labels
CATEGORIES = (
    ("pays_well", "green", {"fa": "خوش‌حساب", "ar": "يدفع في موعده", "en": "Pays well"}),
    ("wholesale", "blue", {"fa": "عمده‌فروش", "ar": "تاجر جملة", "en": "Wholesale"}),
    ("retail", "teal", {"fa": "خرده‌فروش", "ar": "تاجر تجزئة", "en": "Retail"}),
    ("partner", "violet", {"fa": "نماینده فروش", "ar": "وكيل مبيعات", "en": "Reseller"}),
    ("watch", "amber", {"fa": "نیازمند مراقبت", "ar": "يحتاج متابعة", "en": "Needs attention"}),
)
TAGS = (
    ("birthday", {"fa": "تولد", "ar": "عيد ميلاد", "en": "Birthday"}),
    ("annual_contract", {"fa": "قرارداد سالانه", "ar": "عقد سنوي", "en": "Annual contract"}),
    ("vip", {"fa": "ویژه", "ar": "عميل مميز", "en": "VIP"}),
    ("exhibition", {"fa": "نمایشگاه", "ar": "معرض", "en": "Exhibition"}),
    ("newsletter", {"fa": "خبرنامه", "ar": "نشرة بريدية", "en": "Newsletter"}),
    ("installment", {"fa": "خرید قسطی", "ar": "شراء بالتقسيط", "en": "Instalments"}),
    ("export", {"fa": "صادرات", "ar": "تصدير", "en": "Export"}),
    ("referral", {"fa": "معرفی‌شده", "ar": "بتوصية", "en": "Referred"}),
)

# Providers of free mail that do not exist: .example is reserved, so no message can reach a stranger.
FREE_MAIL = {"fa": ("nameh.example", "peyk.example"), "ar": ("bareed.example", "rasael.example"),
             "en": ("mailbox.example", "posthorn.example")}  # fmt: skip

JOBS = {
    "fa": ("مدیر خرید", "حسابدار ارشد", "مدیر فروش", "مشاور حقوقی", "مسئول دفتر", "مدیر فنی"),
    "ar": ("مدير المشتريات", "رئيس الحسابات", "مدير المبيعات", "مستشار قانوني", "سكرتير", "مدير تقني"),
    "en": ("Head of purchasing", "Chief accountant", "Sales manager", "Lawyer", "Office manager", "Technical lead"),
}
#: What comes back each year, in the languages of the sample.
OCCASIONS = {
    "fa": ("سالگرد تأسیس شرکت", "فصل خرید سالانه"),
    "ar": ("ذكرى تأسيس الشركة", "موسم الشراء السنوي"),
    "en": ("Company birthday", "Yearly buying season"),
}

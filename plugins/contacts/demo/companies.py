"""The firms of the sample, all invented: name, word for the web address, country, town, trade."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Firm:
    """`domain` is under the reserved name .example, so that no mail can ever reach a stranger."""

    name: str
    word: str
    country: str
    city: str
    trade: str

    @property
    def domain(self) -> str:
        return f"{self.word}.example"


def _firms(text: str) -> tuple[Firm, ...]:
    return tuple(Firm(*(part.strip() for part in line.split("|"))) for line in text.strip().splitlines())


PERSIAN_FIRMS = _firms("""
    پولادسازه الوند سپهر | poulad-alvand | IR | تهران | سازه‌های فولادی
    آوان‌داده پویش خاور | avan-dadeh | IR | تهران | نرم‌افزار
    داروپخش سپیدار مهرگان | sepidar-darou | IR | تهران | پخش دارو
    تجهیزات پزشکی نگین‌طب آریانا | neginteb | IR | تهران | تجهیزات پزشکی
    بازرگانی نیک‌اندیش خاورمیانه (شعبه بندرعباس) | nikandish-me | IR | بندرعباس | بازرگانی
    چاپ و بسته‌بندی ژاله‌گستر | jaleh-print | IR | تهران | چاپ و بسته‌بندی
    صنایع غذایی گندم‌زار زرین | gandomzar | IR | کرج | مواد غذایی
    کاشی و سرامیک کویرنگار | kavirnegar | IR | یزد | کاشی و سرامیک
    آبادگران پل‌ساز زنده‌رود | polsaz | IR | اصفهان | پیمانکاری ساختمان
    فرش دستباف گلبرگ سپاهان | golbarg-carpet | IR | اصفهان | فرش
    زعفران سرخ‌دانه توس | sorkhdaneh | IR | مشهد | زعفران و خشکبار
    هتل و گردشگری باغ‌سرای توس | baghsara | IR | مشهد | گردشگری
    پتروپالایش موج جنوب | mowj-jonoub | IR | اهواز | خدمات نفت و گاز
    ماشین‌سازی چرخ‌آور سهند | charkhavar | IR | تبریز | ماشین‌آلات
    چرم دوخت ارسباران | charm-arasbaran | IR | تبریز | چرم
    چای و برنج شالی‌کوه گیل | shalikouh | IR | رشت | کشاورزی
    آموزشگاه زبان پنجره نو | panjereh-no | IR | شیراز | آموزش
    گلخانه‌های نارنجستان فارس‌سبز | narenjsabz | IR | شیراز | گل و گیاه
    مهندسی برق نورآفرین کارون | nourafarin | IR | اهواز | برق صنعتی
    پخش لوازم‌خانگی خانه‌یار | khaneyar | IR | قم | لوازم خانگی
    پسته و خرمای کارمانیا | karmania-nut | IR | کرمان | خشکبار
    حمل‌ونقل راه‌گشای پارسیان‌مهر | rahgosha | IR | تهران | حمل‌ونقل
    مشاوران مالی ترازنامه امین | taraznameh | IR | تهران | حسابداری و مالی
    شرکت ساختمانی هریوای نو | hariva-no | AF | هرات | پیمانکاری ساختمان
""")

ARABIC_FIRMS = _firms("""
    شركة ركن المدار التقنية | rukn-almadar | SA | الرياض | برمجيات
    مؤسسة سنا البادية للتجارة | sana-albadia | SA | الرياض | تجارة عامة
    شركة البيان الأخضر الطبية | bayan-green | SA | الرياض | مستلزمات طبية
    مصنع لؤلؤة نجد للتغليف | lolo-najd | SA | الرياض | تعبئة وتغليف
    شركة مرسى القوافل للشحن | marsa-qawafel | SA | جدة | شحن وخدمات لوجستية
    مجموعة واحة الحجاز للضيافة | wahat-hospitality | SA | جدة | فنادق وضيافة
    شركة ساحل الخبر للصيانة الصناعية | sahil-maint | SA | الدمام | صيانة صناعية
    مخابز سنابل طيبة | sanabel-taibah | SA | المدينة المنورة | أغذية
    شركة أفق الدانة للاستشارات | ufuq-dana | AE | دبي | استشارات
    مجموعة نخلة الخليج العقارية | nakhla-gulf | AE | دبي | عقارات
    شركة ميناء الصدف للتوريدات البحرية | mina-sadaf | AE | أبوظبي | توريدات بحرية
    مطابع ريشة الشارقة الحديثة | risha-press | AE | الشارقة | طباعة ونشر
    شركة برق الظفرة للطاقة الشمسية | barq-dhafra | AE | أبوظبي | طاقة شمسية
    شركة ضفاف الواحة للصناعات الغذائية | difaf-food | EG | القاهرة | أغذية
    مكتبة منارة الدلتا | manarat-delta | EG | الإسكندرية | كتب وأدوات مكتبية
    شركة نسيج المحروسة للملابس | naseej-mahrousa | EG | الجيزة | ملابس ونسيج
    شركة بوابة النيل للسياحة | bawabat-nile | EG | القاهرة | سياحة
    شركة شراع الديرة للمقاولات | shiraa-deera | KW | مدينة الكويت | مقاولات
    عيادات ورد السالمية | ward-clinics | KW | حولي | رعاية صحية
    شركة كثبان الدوحة للإنشاء | kuthban | QA | الدوحة | مقاولات
""")

LATIN_FIRMS = _firms("""
    Brindlecote Textiles Ltd | brindlecote | GB | Manchester | textiles
    Quillmere Logistics | quillmere | GB | London | logistics
    Tarn & Sedgewick Joinery | tarn-sedgewick | GB | Leeds | joinery
    Hollowbrook Dental Supplies | hollowbrook | GB | Bristol | dental supplies
    Larkspur & Finch Accountants | larkspur-finch | GB | London | accounting
    Copperfen Software, Inc. | copperfen | US | New York | software
    Prairie Lantern Foods | prairie-lantern | US | Chicago | food
    Mesquite Row Architects | mesquite-row | US | Austin | architecture
    Anadolu Çark Makina A.Ş. | anadolu-cark | TR | İstanbul | makine
    Mavi Pusula Turizm | mavi-pusula | TR | İzmir | turizm
    Bozkır Yazılım ve Danışmanlık | bozkir-yazilim | TR | Ankara | yazılım
    Elbwind Messtechnik GmbH | elbwind | DE | Hamburg | measuring technology
    Isarstern Möbelwerk GmbH | isarstern | DE | München | furniture
    Atelier Verveine | atelier-verveine | FR | Lyon | cosmetics
    Monsoon Ledger Services | monsoon-ledger | IN | Mumbai | accounting
    Deccan Teak Interiors | deccan-teak | IN | Pune | interiors
""")

FIRMS = PERSIAN_FIRMS + ARABIC_FIRMS + LATIN_FIRMS

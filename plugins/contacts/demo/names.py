"""First and last names, each with its spelling in Latin letters for e-mail addresses.

`Names.men`, `women` and `families` are tuples of (written, Latin) pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What people of one language are called."""

    men: Pairs
    women: Pairs
    families: Pairs


def _pairs(text: str) -> Pairs:
    """Pairs from `written=latin` entries separated by commas; a space inside a name stays."""
    entries = (entry.strip().split("=") for entry in text.split(","))
    return tuple((written, latin) for written, latin in entries)


def _latin(text: str) -> Pairs:
    """Names that are written in Latin letters anyhow; accents are dropped in addresses."""
    plain = str.maketrans("çğıöşüÇĞİÖŞÜáäéèêëíñóôúß", "cgiosuCGIOSUaaeeeeinoous")
    return tuple((name, name.translate(plain).lower().replace("’", "")) for name in text.split())


PERSIAN = Names(
    men=_pairs(
        "امیر=amir, علی‌رضا=alireza, محمدرضا=mohammadreza, حسین=hossein, مهدی=mehdi, رضا=reza, سامان=saman, "
        "کیوان=keyvan, آرش=arash, بابک=babak, پویا=pouya, سیاوش=siavash, فرهاد=farhad, کامران=kamran, نیما=nima, "
        "شهرام=shahram, بهنام=behnam, داریوش=dariush, هومن=houman, مسعود=masoud, امید=omid, پیمان=peyman, "
        "جواد=javad, حمید=hamid, ابوالفضل=abolfazl, یونس=younes, میلاد=milad, آرمین=armin, کاوه=kaveh, "
        "سینا=sina, مجتبی=mojtaba, اکبر=akbar, ژوبین=joubin, فرزاد=farzad, بهروز=behrouz, ایمان=iman"
    ),
    women=_pairs(
        "زهرا=zahra, فاطمه=fatemeh, نسترن=nastaran, الهام=elham, مینا=mina, مریم=maryam, نرگس=narges, "
        "شیرین=shirin, لیلا=leila, پریسا=parisa, نازنین=nazanin, یلدا=yalda, سمیرا=samira, مهسا=mahsa, "
        "گلناز=golnaz, هانیه=hanieh, آزاده=azadeh, بهاره=bahareh, ژاله=jaleh, رویا=roya, سپیده=sepideh, "
        "طاهره=tahereh, کتایون=katayoun, معصومه=masoumeh, نگار=negar, هما=homa, آتنا=atena, ثریا=soraya, "
        "پروانه=parvaneh, فاطمه‌سادات=fatemehsadat, شبنم=shabnam, مهناز=mahnaz, رها=raha, آوا=ava"
    ),
    families=_pairs(
        "احمدی=ahmadi, محمدی‌نژاد=mohammadinejad, رضایی=rezaei, حسینی=hosseini, موسوی=mousavi, کریمی=karimi, "
        "رحمانی=rahmani, نوروزی=norouzi, رستگار=rastegar, کاظمی=kazemi, قادری=ghaderi, خسروی=khosravi, "
        "کیانی=kiani, میرباقری=mirbagheri, صادقی=sadeghi, جعفری=jafari, یزدان‌پناه=yazdanpanah, "
        "طباطبایی=tabatabaei, شفیعی=shafiei, عباسی=abbasi, اکبرپور=akbarpour, بهرامی=bahrami, پورحسن=pourhassan, "
        "تهرانی=tehrani, ثابتی=sabeti, چراغی=cheraghi, حیدری=heydari, خانی‌زاده=khanizadeh, دهقان=dehghan, "
        "ذوالفقاری=zolfaghari, زمانی=zamani, ژیان=zhian, سلیمانی=soleimani, شهبازی=shahbazi, صالحی=salehi, "
        "ضیایی=ziaei, طالبی=talebi, ظریفی=zarifi, عسگری=asgari, غلامی=gholami, فرهمند=farahmand, "
        "قاسم‌زاده=ghasemzadeh, گودرزی=goudarzi, لطفی=lotfi, مرادی=moradi, نیک‌نام=niknam, وحیدی=vahidi, "
        "هاشمی=hashemi, یوسفی=yousefi, آقایی=aghaei, برزگر=barzegar, جوادیان=javadian, رفیعی=rafiei, "
        "سعادت=saadat, شایگان=shayegan, عطایی=ataei, فلاح=fallah, کوهستانی=kouhestani, مهرآیین=mehraein, پارسا=parsa"
    ),
)

ARABIC = Names(
    men=_pairs(
        "أحمد=ahmed, محمد=mohammed, خالد=khalid, عبدالله=abdullah, عبد الرحمن=abdulrahman, فيصل=faisal, "
        "سعود=saud, ماجد=majed, ياسر=yasser, طارق=tareq, عمر=omar, يوسف=yousef, إبراهيم=ibrahim, سلطان=sultan, "
        "راشد=rashid, حمد=hamad, منصور=mansour, وليد=waleed, هشام=hisham, كريم=karim, مصطفى=mostafa, "
        "حسام=hossam, شريف=sherif, أيمن=ayman, بدر=bader, زياد=ziad, ناصر=nasser, فهد=fahad, علي=ali, "
        "حسن=hassan, أنس=anas, سامي=sami, تركي=turki, مازن=mazen"
    ),
    women=_pairs(
        "فاطمة=fatima, نورة=noura, سارة=sara, مريم=mariam, عائشة=aisha, ريم=reem, هند=hind, لطيفة=latifa, "
        "منى=mona, دانة=dana, شيماء=shaimaa, ياسمين=yasmin, رنا=rana, هدى=huda, أسماء=asmaa, لمى=lama, "
        "جواهر=jawaher, موضي=moudi, إيمان=eman, سلمى=salma, نادية=nadia, رؤى=roaa, حصة=hessa, آمنة=amna, "
        "غادة=ghada, مها=maha, أمل=amal, بدور=budoor, نجلاء=najla, رزان=razan"
    ),
    families=_pairs(
        "القحطاني=alqahtani, الحربي=alharbi, الشهري=alshehri, العتيبي=alotaibi, الغامدي=alghamdi, "
        "الزهراني=alzahrani, الدوسري=aldosari, المطيري=almutairi, الشمري=alshammari, العنزي=alanazi, "
        "السبيعي=alsubaie, الكعبي=alkaabi, المنصوري=almansoori, الهاشمي=alhashmi, الشامسي=alshamsi, "
        "المزروعي=almazrouei, النعيمي=alnuaimi, السويدي=alsuwaidi, الرميثي=alrumaithi, الكندري=alkandari, "
        "العجمي=alajmi, الرشيدي=alrashidi, الصالح=alsaleh, البلوشي=albalushi, الحارثي=alharthi, "
        "عبد الفتاح=abdelfattah, السيد=elsayed, حجازي=hegazy, الشافعي=elshafei, منصور=mansour, فؤاد=fouad, "
        "البنا=elbanna, عوض=awad, الخطيب=alkhatib, حداد=haddad, النجار=alnajjar, العمري=alomari, الأيوبي=alayoubi, "
        "بن سعيد=binsaeed, الفاسي=alfassi, العلوي=alalawi, المهيري=almuhairi, الجابري=aljabri, الأنصاري=alansari, "
        "المرزوقي=almarzouqi, الخالدي=alkhalidi, باوزير=bawazir, العيسى=alessa, الراجح=alrajeh, الفهد=alfahad"
    ),
)

ENGLISH = Names(
    men=_latin(
        "James Oliver Thomas Daniel Henry George Arthur Edward Samuel Benjamin Nathan Callum Ethan Marcus Peter "
        "Simon Adrian Victor Leon Felix Rohan Arjun Vikram Mateo Lucas Hugo Anton Owen Rhys Declan"
    ),
    women=_latin(
        "Emma Charlotte Amelia Grace Hannah Lucy Sophie Eleanor Alice Megan Rachel Clara Julia Nora Isabel Freya "
        "Imogen Harriet Priya Ananya Camille Léa Elena Marta Ingrid Fiona Siobhan Beatrice Joan Ruth"
    ),
    families=_latin(
        "Whitcombe Ashdown Brindley Carrow Dunmore Eastwick Fenwick Garside Holloway Inglewood Jarrold Kestrel "
        "Langford Merriden Norbury Oakshott Pemberton Quillan Ravensdale Sedgewick Thornbury Underhill Vance "
        "Wetherby Yardley Marlow Hartnell Coldwell Bexley Tarrant O’Rourke MacAlister Lindqvist Fischer Brandt "
        "Moreau Lefèvre Castellano Novak Iyer Chaudhary Deshmukh Menon Winslow Abernathy Prescott Delacroix"
    ),
)

TURKISH = Names(
    men=_latin("Kerem Emre Mert Burak Cem Onur Serkan Tolga Barış Yiğit Ozan Hakan Umut Çağrı"),
    women=_latin("Elif Zeynep Ayşe Defne Selin Ebru Gizem Derya İrem Şule Pınar Nazlı Aslı Melis"),
    families=_latin(
        "Yıldız Kaya Demir Şahin Aydın Öztürk Arslan Doğan Koç Çetin Yavuz Güneş Polat Erdem Bozkurt Akın Tekin Uçar"
    ),
)

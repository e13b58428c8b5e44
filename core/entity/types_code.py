"""Barcodes: what a scanner types, checked where its digits carry a check digit."""

from __future__ import annotations

from stdnum import ean

from core.entity.spec import FieldSpec
from core.entity.types import TEXT_OPS, CleanContext, FieldError, FieldType, check_length
from core.language.digits import to_latin
from core.language.i18n import _
from core.language.text import clean

#: EAN-8, UPC-A, EAN-13 and GTIN-14 by their number of digits; all of them end with a check digit.
TRADE_NUMBERS = (8, 12, 13, 14)


class BarcodeType(FieldType):
    """The text of a barcode. Digits as many as a trade number has must be one; anything else is a code of one's own."""

    name = "barcode"
    default_length = 80
    label = _("Barcode")
    icon = "tag"
    ops = TEXT_OPS
    widget = "text"
    is_code = True

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str | None:
        text = to_latin(clean(value))
        if not text:
            return None
        if not (text.isascii() and text.isprintable()):
            raise FieldError(_("A barcode has Latin letters, digits and signs only."))
        if text.isdigit() and len(text) in TRADE_NUMBERS and not ean.is_valid(text.zfill(14)):
            raise FieldError(_("The check digit of this barcode is wrong. Scan it again, or correct a digit."))
        return check_length(f, text)

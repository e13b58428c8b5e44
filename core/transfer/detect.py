"""What kind of file was given: by its content, never by its name or by what a browser claims."""

from __future__ import annotations

import codecs
import re

from core.language.i18n import _
from core.transfer.refusals import Facts, TransferRefused, binary_content, empty_file, not_a_workbook
from core.transfer.source import Source

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_BINARY = (
    b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"PK\x05\x06",
)  # fmt: skip
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|meta|body|table|style|div|tr)[\s>/]", re.IGNORECASE)
_XML = re.compile(r"<\?xml\b|<\?mso-application\b|<(?:\w+:)?workbook[\s>]", re.IGNORECASE)
_WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls")
_NOT_TEXT_ENDINGS = (*_WORKBOOK_ENDINGS, ".xlsb", ".ods")


def kind_of(source: Source, file_name: str, kind: str | None = None) -> str:
    """`"csv"` for text, `"xlsx"` for a workbook; anything else is refused with what to do about it.

    A file whose ending promises the other kind is refused with an offer; giving `kind` accepts the offer.
    """
    head = source.head()
    if not head.strip(b"\xef\xbb\xbf \t\r\n\x1a"):
        raise empty_file()
    name = file_name.lower()
    if head.startswith(_ZIP):
        if kind == "xlsx" or (kind is None and name.endswith(_WORKBOOK_ENDINGS)):
            return "xlsx"
        raise _workbook_named_as_text()
    _refuse_other_formats(head)
    if kind == "xlsx":
        raise not_a_workbook()
    if kind is None and name.endswith(_NOT_TEXT_ENDINGS):
        raise _text_named_as_workbook()
    return "csv"


def _refuse_other_formats(head: bytes) -> None:
    if head.startswith(_OLE):
        raise _old_workbook()
    if head.startswith(_OTHER_BINARY):
        raise binary_content()
    start = _as_text(head[:2048]).lstrip("\ufeff \t\r\n")
    if _HTML.match(start):
        raise _web_page()
    if _XML.match(start):
        raise _xml()


def _as_text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    return head.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"").decode("latin-1")


def _workbook_named_as_text() -> TransferRefused:
    message = _("The file is an Excel workbook or another ZIP archive, not CSV. It can be opened as an Excel workbook.")
    return TransferRefused("zip_content", message, offer={"kind": "xlsx"})


def _text_named_as_workbook() -> TransferRefused:
    message = _("The file is named like an Excel workbook but is plain text. It can be opened as CSV.")
    return TransferRefused("text_named_as_workbook", message, facts=Facts(kind="csv"), offer={"kind": "csv"})


def _old_workbook() -> TransferRefused:
    message = _(
        "The file is an old or password-protected Excel workbook. Open it in Excel, remove the "
        "password and save it as .xlsx."
    )
    return TransferRefused("old_workbook", message)


def _web_page() -> TransferRefused:
    message = _(
        "The file is a web page (HTML) and only named like a spreadsheet. Open it in Excel and save it "
        "as .xlsx, then import that file."
    )
    return TransferRefused("html_disguised_as_xls", message)


def _xml() -> TransferRefused:
    message = _(
        "The file is XML and only named like a spreadsheet. Open it in Excel and save it as .xlsx, "
        "then import that file."
    )
    return TransferRefused("xml_content", message)

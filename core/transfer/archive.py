"""What an .xlsx file holds, found out before anything parses it (C9, SEC-11, REL-17).

The ZIP directory is read first: entries, sizes, ratios, names. Then each XML part is inflated and thrown away
again, because the directory may lie about sizes; on the way a document type definition is looked for.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from core.language.i18n import _
from core.transfer.limits import MEBIBYTE, Limits
from core.transfer.refusals import TransferRefused, not_a_workbook
from core.transfer.source import Source

_BLOCK = 1 << 18
_END_RECORD = struct.Struct("<4s4H2LH")
_LOCAL_HEADER = 30
_ENTRY_BYTES = 512
_PLAIN_NAME = re.compile(r"[^/\\\x00-\x1f:][^\\\x00-\x1f:]*\Z")
_DTD = (b"<!DOCTYPE", b"<!ENTITY")
_LONGEST_DTD = max(map(len, _DTD))
_DATE1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")


def inspect(source: Source, limits: Limits) -> bool:
    """Whether the workbook counts its days from 1904; refused when it is none or cannot be parsed safely."""
    with source.open() as stream:
        _check_end_record(stream, limits)
        try:
            with zipfile.ZipFile(stream) as archive:
                entries = archive.infolist()
                _check_directory(entries, limits)
                starts = _check_layout(stream, entries)
                return _check_parts(stream, entries, starts, limits)
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, struct.error, UnicodeDecodeError):
            raise not_a_workbook() from None


def _check_end_record(stream: BinaryIO, limits: Limits) -> None:
    """Keep a directory of a million entries from being loaded at all."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) - position < _END_RECORD.size:
        raise not_a_workbook()
    record = _END_RECORD.unpack_from(tail, position)
    entries, directory_bytes = record[4], record[5]
    if entries > limits.zip_entries or directory_bytes > limits.zip_entries * _ENTRY_BYTES:
        raise _bomb()


def _check_directory(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = [entry.orig_filename for entry in entries]
    if len(set(names)) < len(names) or not all(_is_plain(name) for name in names):
        raise not_a_workbook()
    if any(
        entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        for entry in entries
    ):
        raise not_a_workbook()
    if sum(entry.file_size for entry in entries) > limits.unzipped_bytes:
        raise _unpacks_too_large(limits)
    if any(
        entry.file_size > MEBIBYTE and entry.file_size > limits.zip_ratio * entry.compress_size for entry in entries
    ):
        raise _bomb()
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise not_a_workbook()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _macros()


def _is_plain(name: str) -> bool:
    return bool(_PLAIN_NAME.match(name)) and ".." not in name.split("/")


def _check_layout(stream: BinaryIO, entries: list[zipfile.ZipInfo]) -> dict[str, int]:
    """Where each entry's data start. Overlapping entries let a small file inflate many times over."""
    starts: dict[str, int] = {}
    end_of_last = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end_of_last:
            raise _bomb()
        stream.seek(entry.header_offset)
        header = stream.read(_LOCAL_HEADER)
        if not header.startswith(b"PK\x03\x04"):
            raise not_a_workbook()
        name_length, extra_length = struct.unpack_from("<2H", header, 26)
        starts[entry.filename] = entry.header_offset + _LOCAL_HEADER + name_length + extra_length
        end_of_last = starts[entry.filename] + entry.compress_size
    return starts


def _check_parts(stream: BinaryIO, entries: list[zipfile.ZipInfo], starts: dict[str, int], limits: Limits) -> bool:
    date1904 = False
    for entry in entries:
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        size, tail = 0, b""
        for block in _inflated(stream, entry, starts[entry.filename]):
            if size == 0:
                _check_start(block)
                date1904 |= entry.filename == "xl/workbook.xml" and bool(_DATE1904.search(block))
            size += len(block)
            if size > entry.file_size:
                raise _bomb()
            searched = tail + block
            if any(mark in searched for mark in _DTD):
                raise _dtd()
            tail = searched[-_LONGEST_DTD:]
    return date1904


def _check_start(block: bytes) -> None:
    """Only UTF-8: in another encoding a document type definition would not be recognised."""
    declaration = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)", block)
    if block[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in block[:4]:
        raise not_a_workbook()
    if declaration and declaration[1].lower() not in (b"utf-8", b"us-ascii"):
        raise not_a_workbook()


def _inflated(stream: BinaryIO, entry: zipfile.ZipInfo, start: int) -> Iterator[bytes]:
    """The data of one entry in blocks, whatever the directory says about its size."""
    stream.seek(start)
    left = entry.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        raw = stream.read(min(_BLOCK, left))
        if not raw:
            raise not_a_workbook()
        left -= len(raw)
        if inflater is None:
            yield raw
            continue
        while raw:
            if block := inflater.decompress(raw, _BLOCK):
                yield block
            raw = inflater.unconsumed_tail
    if inflater and (rest := inflater.flush()):
        yield rest


def _bomb() -> TransferRefused:
    message = _(
        "The workbook is packed in a way that would fill the memory. Open it in Excel, save it again "
        "as .xlsx and choose the new file."
    )
    return TransferRefused("zip_bomb", message)


def _unpacks_too_large(limits: Limits) -> TransferRefused:
    message = _(
        "The workbook unpacks to more than {limit} MB. Save the sheet as CSV and import that, or split it.",
        limit=limits.unzipped_bytes // MEBIBYTE,
    )
    return TransferRefused("unpacks_too_large", message)


def _macros() -> TransferRefused:
    message = _("The workbook contains macros. Save it as .xlsx without macros and choose the new file.")
    return TransferRefused("macros", message)


def _dtd() -> TransferRefused:
    message = _(
        "The workbook contains a document type definition, which no spreadsheet program writes. Open "
        "it in Excel, save it again as .xlsx and choose the new file."
    )
    return TransferRefused("dtd", message)

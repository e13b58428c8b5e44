"""The comparison of reading a file with its parser alone runs and tells of each kind of file."""

from __future__ import annotations

import pytest

from benchmarks import reading_files


def test_each_kind_of_file_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(reading_files, "ROWS", 400)
    monkeypatch.setattr(reading_files, "ROUNDS", 1)
    assert reading_files.main() in (0, 1)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["CSV in utf-8-sig", "CSV in cp1256", "Excel workbook"]
    assert all(" × the parser" in line for line in lines)

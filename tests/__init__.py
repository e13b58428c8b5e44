"""The test suite; `python3 dev.py test` runs all of it, `.venv/bin/pytest tests/core` a part."""

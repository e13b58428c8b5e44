"""The web pages: rendering, templates and static files."""

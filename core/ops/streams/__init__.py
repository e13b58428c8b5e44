"""The process that keeps the live streams of open pages (server-sent events).

A stream is an answer that does not end, so it would hold one of the few threads that draw pages: it has a process of
its own, beside the web server of each machine, with a port of its own. One thread of it reads the database, for all of
its streams together.
"""

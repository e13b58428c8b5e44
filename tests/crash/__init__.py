"""kill -9 under load: processes of an installation are killed again and again while people and programs work (REL-11).

    python -m tests.crash --kills 500 --database postgresql

`traffic` is the load, `fleet` the processes and their deaths, `verdict` what must hold afterwards: what was
acknowledged is there once, nothing else is half there, and what went outside went once in effect.
"""

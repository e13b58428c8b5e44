"""One tiny plugin for each hook and each signal, as short as it can be; tests/examples/test_hooks.py uses them all."""

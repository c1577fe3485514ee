"""Imported first: green threads for the whole process, as `nameko run` makes them."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # eventlet tells on each import that it is in bug-fix mode
    import eventlet

eventlet.monkey_patch()

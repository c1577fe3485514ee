"""`pytest -p tests.patched`: patches the standard library for eventlet before anything else is imported.

Nameko's workers are green threads: without the patch the first blocking call of a test holds them all.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # eventlet tells on each import that it is in bug-fix mode
    import eventlet

eventlet.monkey_patch()

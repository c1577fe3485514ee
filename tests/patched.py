"""`pytest -p tests.patched`: patches the standard library for eventlet before anything else is imported.

Nameko's workers are green threads: without the patch the first blocking call of a test holds them all.
"""

import cli.patched

__all__ = ["cli"]

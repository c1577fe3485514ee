"""A short message centre for development and tests: an SMPP 3.4 server in a process of its own, with faults on request.

Its frames are laid out here, not with the client's codec, so that each side checks the other.
"""

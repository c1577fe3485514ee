"""The one error of the suite's own machinery."""


class SuiteError(Exception):
    """A server, service or simulator could not be found, started or stopped; the message says what to do about it."""

"""What goes wrong on a carrier link; none of it leaves the link except as an outcome."""


class LinkTrouble(Exception):
    """The connection cannot be used."""


class LinkLost(LinkTrouble):
    """The connection went while something was under way on it."""


class NeverSent(LinkTrouble):
    """The connection had gone before anything was written."""


class NoAnswer(LinkTrouble):
    """The other side did not answer in time."""


class LoginRefused(LinkTrouble):
    """The carrier knows us not, or not with this password."""


class UnreadableFrame(Exception):
    """A whole frame that the codec cannot read."""


class UnknownCommand(UnreadableFrame):
    """A frame of a command that the codec does not know."""

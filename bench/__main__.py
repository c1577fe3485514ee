"""`python -m bench` (make bench): each measured claim, one after the other; exits 1 where one went beyond a bound."""

import sys

from bench import backlog, figures, register, simulate


def main() -> None:
    """All of them, whatever the first ones find."""
    beyond = []
    for each in (register, figures, simulate, backlog):
        try:
            each.main()
        except SystemExit as ended:
            beyond.append(bool(ended.code))
    sys.exit(any(beyond))


if __name__ == "__main__":
    main()

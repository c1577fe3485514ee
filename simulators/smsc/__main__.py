"""`python -m simulators.smsc`: the centre and its control port, until it is told to stop."""

import argparse
import logging
import os
import signal
import socketserver
import threading
from pathlib import Path

from werkzeug.serving import make_server

from shared.clock import BusinessClock
from simulators.journal import Journal
from simulators.ready import tell
from simulators.smsc.centre import Centre
from simulators.smsc.control import Control
from simulators.smsc.session import Session


def password() -> str:
    """From SMSC_PASSWORD, or the file that SMSC_PASSWORD_FILE names; at most 8 characters (SMPP 3.4)."""
    file = os.environ.get("SMSC_PASSWORD_FILE")
    return Path(file).read_text().strip() if file else os.environ.get("SMSC_PASSWORD", "secret")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulators.smsc", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=2775, help="SMPP; 0 takes a free one")
    parser.add_argument("--control-port", type=int, default=2776, help="HTTP; 0 takes a free one")
    parser.add_argument("--journal", type=Path, required=True, help="one line for each SMS handed to a phone")
    parser.add_argument("--ready", type=Path, help='gets {"port", "control_port"} once both listen')
    parser.add_argument("--clock", type=Path, help="the development clock's file: the journal shows business time")
    parser.add_argument("--system-id", default="tousu")
    parser.add_argument("--number", default="10086", help="the account's own number, for SMS from phones")
    return parser.parse_args()


class Listener(socketserver.ThreadingTCPServer):
    """One thread a connection."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], centre: Centre) -> None:
        self.centre = centre
        super().__init__(address, _Handler)


class _Handler(socketserver.BaseRequestHandler):
    server: Listener

    def handle(self) -> None:
        Session(self.request, self.server.centre).serve()


def files(path: Path) -> tuple[Journal, Journal]:
    """The journal and, beside it, the spool of what is not done yet; a new journal begins with an empty spool."""
    spool = path.with_suffix(".spool")
    if not path.exists():
        spool.unlink(missing_ok=True)
    return Journal(path), Journal(spool)


def main() -> None:
    given = arguments()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    centre = Centre({given.system_id: password()}, *files(given.journal), BusinessClock(given.clock).now)
    listener = Listener((given.host, given.port), centre)
    control = make_server(given.host, given.control_port, Control(centre, given.number), threaded=True)
    for work in (centre.receipts.run, centre.sms.run, listener.serve_forever, control.serve_forever):
        threading.Thread(target=work, daemon=True).start()
    if given.ready:
        tell(given.ready, {"port": listener.server_address[1], "control_port": control.server_port})
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


if __name__ == "__main__":
    main()

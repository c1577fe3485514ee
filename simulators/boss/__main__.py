"""`python -m simulators.boss`: BOSS and its control port, until it is told to stop."""

import argparse
import logging
import signal
import threading
from pathlib import Path

from werkzeug.serving import make_server

from shared.clock import BusinessClock
from simulators.boss.control import Control
from simulators.boss.entries import Entries
from simulators.boss.ledger import Ledger
from simulators.boss.modes import Temper
from simulators.journal import Journal
from simulators.ready import tell


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulators.boss", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="entries; 0 takes a free one")
    parser.add_argument("--control-port", type=int, default=0, help="modes; 0 takes a free one")
    parser.add_argument("--journal", type=Path, required=True, help="one line for each entry")
    parser.add_argument("--ready", type=Path, help='gets {"port", "control_port"} once both listen')
    parser.add_argument("--clock", type=Path, help="the development clock's file: the journal shows business time")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    ledger, temper = Ledger(Journal(given.journal), BusinessClock(given.clock).now), Temper()
    entries = make_server(given.host, given.port, Entries(ledger, temper), threaded=True)
    control = make_server(given.host, given.control_port, Control(ledger, temper), threaded=True)
    for server in (entries, control):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    if given.ready:
        tell(given.ready, {"port": entries.server_port, "control_port": control.server_port})
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


if __name__ == "__main__":
    main()

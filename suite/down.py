"""`python -m suite.down`: stops whatever a suite started in the run folder (TOUSU_RUN_DIR)."""

import os
from pathlib import Path

from shared.settings import PROJECT
from suite.running import Suite


def main() -> None:
    Suite(Path(os.environ.get("TOUSU_RUN_DIR") or PROJECT / ".run"), environ={}).stop()
    print("The suite is down.")


if __name__ == "__main__":
    main()

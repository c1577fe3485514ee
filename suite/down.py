"""`python -m suite.down`: stops whatever a suite started in the run folder (TOUSU_RUN_DIR)."""

from suite.running import Suite


def main() -> None:
    Suite().stop()
    print("The suite is down.")


if __name__ == "__main__":
    main()

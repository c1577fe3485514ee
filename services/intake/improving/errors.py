"""What is refused about measures and samples, one sentence each."""

from shared.errors import Conflict


class MeasureIsDone(Conflict):
    """A measure is done once."""

    def __init__(self, measure_id: str) -> None:
        super().__init__("this measure is done already", measure_id=measure_id)

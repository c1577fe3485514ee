"""Real code run one step at a time: it stops before each call of the database or the wire, and may be killed there."""

from collections.abc import Callable
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet


class Course:
    """One piece of work of a process. `result` once it has ended by itself; what it raised is raised by step()."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work, self._scheduler = greenlet(work), getcurrent()
        self.result: Any = None
        self.killed = False

    @property
    def over(self) -> bool:
        return bool(self._work.dead)

    def step(self) -> None:
        """Goes on to the next stop, or to the end."""
        self._scheduler = self._work.parent = getcurrent()
        said = self._work.switch()
        if self.over and not self.killed:
            self.result = said

    def stop_here(self) -> None:
        """Called from within the work."""
        self._scheduler.switch()

    def kill(self) -> None:
        """Nothing of it happens any more; what it holds is gone with its process."""
        self.killed = True
        if not self.over:
            self._work.parent = getcurrent()
            self._work.throw(GreenletExit)


class Steps:
    """Who runs now; everything outside a course passes without a stop."""

    def __init__(self) -> None:
        self._courses: dict[Any, Course] = {}

    def begin(self, work: Callable[[], Any]) -> Course:
        course = Course(work)
        self._courses[course._work] = course
        return course

    def __call__(self) -> None:
        course = self._courses.get(getcurrent())
        if course:
            course.stop_here()

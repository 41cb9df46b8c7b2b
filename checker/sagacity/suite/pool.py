"""How is a suite run in parallel, so that no configuration can harm another?  Worker processes, one task at a time.

A worker that dies or takes too long costs its own configuration and is replaced. Ctrl-C ends the suite with what
is known so far.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Any

from ..errors import Exit
from .run import Report, Surprise, run
from .specfile import Config, SpecFile

Task = tuple[SpecFile, Config]


def run_all(tasks: Sequence[Task], *, jobs: int, engine: str = "auto", timeout: float | None = None,
            done: Callable[[Report], None] | None = None) -> list[Report]:
    """A report for every task, in the order of the tasks. `done` is called as each arrives.

    `timeout` is in seconds and for each task. After Ctrl-C the tasks that are not finished have the surprise
    "interrupted"; what a task raises that is not the user's fault has the surprise "crash".
    """
    suite = _Suite(tasks, engine, timeout, done)
    try:
        suite.run(min(jobs, len(tasks)))
    except KeyboardInterrupt:
        pass
    finally:
        suite.stop()
    return suite.reports()


#: The task of a worker that is not ready yet, and what it says when it is.
_STARTING, _READY = -1, "ready"


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: int
    started: float


class _Suite:
    def __init__(self, tasks, engine, timeout, done):
        self.tasks, self.engine, self.timeout, self.done = tasks, engine, timeout, done
        self.waiting = deque(range(len(tasks)))
        self.found: dict[int, Report] = {}
        self.workers: list[_Worker] = []
        self.context = multiprocessing.get_context("spawn")

    def run(self, jobs: int) -> None:
        for _ in range(jobs):
            self.start()
        while self.workers:
            ready = wait([w.pipe for w in self.workers], self._patience())
            for w in [w for w in self.workers if w.pipe in ready]:
                self._hear(w)
            for w in [w for w in self.workers if self._late(w)]:
                self._replace(w, "timeout", f"no answer within {self.timeout:g} s", Exit.UNDECIDED)

    def start(self) -> None:
        """A new worker, if there is something to do."""
        if not self.waiting:
            return
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_serve, args=(theirs, self.engine), daemon=True)
        with _no_interrupts():
            process.start()
        theirs.close()
        self.workers.append(_Worker(process, ours, _STARTING, 0.0))

    def stop(self) -> None:
        """End every worker, whatever it is doing."""
        for w in self.workers:
            _end(w)
        self.workers = []

    def reports(self) -> list[Report]:
        """One for each task; those without an answer were interrupted."""
        interrupted = "interrupted", "the run was interrupted", Exit.UNDECIDED
        return [self.found.get(k) or _without_result(task, *interrupted) for k, task in enumerate(self.tasks)]

    def _give(self, w: _Worker) -> None:
        """The next task to a worker that is free; without one, the worker may go."""
        if self.waiting:
            w.task, w.started = self.waiting.popleft(), monotonic()
            w.pipe.send(self.tasks[w.task])
        else:
            self.workers.remove(w)
            _end(w)

    def _hear(self, w: _Worker) -> None:
        try:
            answer: Any = w.pipe.recv()
        except (EOFError, OSError):
            w.process.join(1)
            how = f"the process ended without an answer ({_cause(w.process.exitcode)})"
            self._replace(w, "crash", how, Exit.INTERNAL)
            return
        if answer == _READY:
            self._give(w)
            return
        if isinstance(answer, str):     # the text of an exception that is our own bug
            answer = _without_result(self.tasks[w.task], "crash", answer.strip().splitlines()[-1], Exit.INTERNAL,
                                     details=answer)
        self._record(w.task, answer)
        self._give(w)

    def _replace(self, w: _Worker, rule: str, message: str, status: int) -> None:
        """The worker's task gets a surprise; one that ended before it was ready takes the next task with it."""
        if w.task == _STARTING and self.waiting:
            w.task, w.started = self.waiting.popleft(), monotonic()
        if w.task != _STARTING:
            report = _without_result(self.tasks[w.task], rule, message, status, monotonic() - w.started)
            self._record(w.task, report)
        self.workers.remove(w)
        _end(w)
        self.start()

    def _record(self, task: int, report: Report) -> None:
        self.found[task] = report
        if self.done:
            self.done(report)

    def _late(self, w: _Worker) -> bool:
        return self.timeout is not None and w.task != _STARTING and monotonic() - w.started > self.timeout

    def _patience(self) -> float | None:
        """Seconds until the next time-out, if there may be one."""
        started = [w.started for w in self.workers if w.task != _STARTING]
        if self.timeout is None or not started:
            return None
        return max(0.0, min(started) + self.timeout - monotonic()) + 0.01


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """A process that is started here is not reached by Ctrl-C, not even while it imports; ours waits until we are done."""
    if not hasattr(signal, "pthread_sigmask"):      # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, engine: str) -> None:
    """The life of a worker: tasks in, reports out, until it is ended. Ctrl-C is the parent's business."""
    import traceback

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe.send(_READY)
    while True:
        try:
            spec, config = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: Report | str = run(spec, config, engine)
        except Exception:
            answer = traceback.format_exc()
        pipe.send(answer)


def _end(w: _Worker) -> None:
    w.process.kill()
    w.process.join()
    w.pipe.close()


def _cause(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit status {code}"
    return signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"


def _without_result(task: Task, rule: str, message: str, status: int, seconds: float = 0.0,
                    details: str = "") -> Report:
    spec, config = task
    return Report(spec, config, None, (Surprise(rule, rule, message, status, config.loc, details=details),), seconds)

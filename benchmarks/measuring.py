"""What was measured, what is allowed, and the table of both: wall time as people feel it, CPU in bare Flask pages."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 60


@dataclass(frozen=True)
class Times:
    """Milliseconds."""

    p50: float
    p95: float
    cpu: float


@dataclass(frozen=True)
class Budget:
    """What is allowed: milliseconds at the median and at 95 %, CPU in bare pages, SQL statements; 0: nothing said."""

    p50: float = 0
    p95: float = 0
    bare: float = 0
    statements: int = 0

    def __str__(self) -> str:
        parts = [f"{self.p50:.0f}/{self.p95:.0f} ms"] if self.p95 else []
        parts += [f"{self.bare:.0f} x"] if self.bare else []
        parts += [f"{self.statements} SQL"] if self.statements else []
        return ", ".join(parts)

    def kept(self, times: Times, ratio: float, statements: int) -> str:
        """In words for a table."""
        over = [
            name
            for name, allowed, found in (
                ("p50", self.p50, times.p50),
                ("p95", self.p95, times.p95),
                ("ladder", self.bare, ratio),
                ("SQL", self.statements, statements),
            )
            if allowed and found > allowed
        ]
        return f"over: {', '.join(over)}" if over else ("kept" if str(self) else "")


HEAD = (
    f"{'what':38} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8} {'x bare':>7} {'ladder':>7} {'SQL':>4} {'KiB':>6}  budget"
)


@dataclass(frozen=True)
class Scale:
    """What two pages of the ladder cost in this run, in milliseconds, and the multiple that the upper one stood for."""

    bare: float
    top: float
    multiple: float


def times(call: Callable[[], object], rounds: int = ROUNDS) -> Times:
    """Call it so often, once before to warm up."""
    call()
    wall, cpu = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        call()
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - used))
    return Times(statistics.median(wall), statistics.quantiles(wall, n=20)[-1], statistics.median(cpu))


def line(
    name: str, found: Times, budget: Budget, scale: Scale | None = None, *, statements: int = 0, size: int = 0
) -> None:
    """Print one row of the table: CPU as measured in bare pages, and in those of the ladder; the budget is in those."""
    multiple = found.cpu / scale.top * scale.multiple if scale else 0
    ratios = f"{found.cpu / scale.bare:7.2f} {multiple:7.2f}" if scale else f"{'':15}"
    said = f"{budget}: {budget.kept(found, multiple, statements)}" if str(budget) else ""
    figures = f"{found.p50:8.2f} {found.p95:8.2f} {found.cpu:8.2f} {ratios} {statements or '':4} {size / 1024:6.1f}"
    print(f"{name:38} {figures}  {said}")

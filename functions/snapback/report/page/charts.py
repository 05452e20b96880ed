"""Line charts over time as geometry: what the template draws as inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from snapback.model.evidence import Span

WIDTH, HEIGHT = 460, 210
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 26, 26
MARK_GAP = 6
_STEPS = (1, 2, 5, 10)

type Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """A series of a chart: its name in the legend, its style, and its points `(epoch, value)`."""

    name: str
    style: str
    points: Points
    minutes: bool = False
    """Whether each point stands for the minute that begins at it: drawn as bars."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment: `broken` or `restored`."""

    at: float
    name: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, and its label."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart, in the units of its view box."""

    title: str
    unit: str
    lines: list[dict[str, object]]
    shades: list[tuple[float, float]]
    marks: list[tuple[float, str]]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    peak: float


def chart(
    title: str,
    unit: str,
    lines: Sequence[Line],
    shown: Span,
    *,
    origin: float,
    windows: Sequence[Span] = (),
    marks: Sequence[Mark] = (),
) -> Chart:
    """Lay out lines over `shown`; the time axis counts seconds from `origin`."""
    values = [value for line in lines for at, value in line.points if at >= shown.begins - 60]
    peak = max(values, default=0.0)
    step = nice(peak / 4 or 0.25)
    top = max(step, ceil(peak / step - 1e-9) * step)

    def x(at: float) -> float:
        share = (min(max(at, shown.begins), shown.ends) - shown.begins) / _length(shown)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)

    def drawn(line: Line) -> str:
        inside = [p for p in line.points if shown.begins - 60 <= p[0] <= shown.ends]
        if line.minutes:
            base = y(0)
            bars = [f"M{x(at)},{base}V{y(v)}H{x(at + 60)}V{base}Z" for at, v in inside if v]
            return "".join(bars)
        return " ".join(f"{'L' if n else 'M'}{x(at)},{y(v)}" for n, (at, v) in enumerate(inside))

    return Chart(
        title=title,
        unit=unit,
        lines=[
            {"name": each.name, "style": each.style, "bar": each.minutes, "d": drawn(each)}
            for each in lines
        ],
        shades=[(x(span.begins), max(1.0, x(span.ends) - x(span.begins))) for span in windows],
        marks=_apart([(x(each.at), each.name) for each in marks]),
        x_ticks=[Tick(x(origin + each), f"{each:g} s") for each in _seconds(shown, origin)],
        y_ticks=[Tick(y(each), _short(each)) for each in _upto(top, step)],
        peak=peak,
    )


def _apart(marks: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """The marks, without any that would be drawn over another of the same name."""
    kept: list[tuple[float, str]] = []
    for place, name in sorted(marks):
        if all(other != name or place - at > MARK_GAP for at, other in kept):
            kept.append((place, name))
    return kept


def nice(at_least: float) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that is not less."""
    power = 10.0 ** floor(log10(at_least))
    return next(each * power for each in _STEPS if each * power >= at_least * (1 - 1e-9))


def _length(shown: Span) -> float:
    return max(1.0, shown.ends - shown.begins)


def _seconds(shown: Span, origin: float) -> list[float]:
    step = nice(_length(shown) / 5)
    first = ceil((shown.begins - origin) / step)
    last = floor((shown.ends - origin) / step)
    return [number * step for number in range(first, last + 1)]


def _upto(top: float, step: float) -> list[float]:
    return [number * step for number in range(round(top / step) + 1)]


def _short(value: float) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"

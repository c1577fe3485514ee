"""A report as a printable page with plots (KP1): the template is intake's, the plots are cli/plots.py's."""

from typing import Any

from cli import plots, refund_lines
from cli import report_lines as lines
from cli.periods import Span
from cli.report_tables import COUNTED
from shared.paper import render

Answer = dict[str, Any]


def report_paper(kind: str, span: Span, told: Answer) -> str:
    """A weekly or monthly report as HTML."""
    now, before = told["now"], told["before"]
    rates = lines.rates(now, before)
    tops = {title: lines.top(now, before, name) for title, name in (("主要目录", "leaves"), ("主要原因", "causes"))}
    return render(
        "intake/figures_report.html",
        kind=kind,
        span=span.name,
        first=span.first,
        last=span.last,
        now=now,
        rates=rates,
        rates_plot=_rates_plot(rates, span),
        tops=[(title, found, _top_plot(found, span)) for title, found in tops.items()],
        counted=[(title, lines.counts(now, before, name)) for title, name in COUNTED],
        refunds=refund_lines.lines(told["refunds"] or {}),
        late=told["late"],
        measures=[*told["overdue"], *told["open"]],
        measure_kinds=lines.MEASURE_KINDS,
        measure_states=lines.MEASURE_STATES,
        levels=lines.LEVELS,
    )


def key_cases_paper(span: Span, groups: dict[str, list[Answer]]) -> str:
    """A week's key cases as HTML, a page for each account manager (KP5)."""
    return render("intake/key_cases.html", span=span, groups=groups, levels=lines.LEVELS)


def _rates_plot(rates: list[Answer], span: Span) -> Any:
    drawn = [line for line in rates if line["definition"] and (line["percent"] or line["before"])]
    if not drawn:
        return None
    series = {period: [_number(line[name]) for line in drawn] for period, name in _periods(span)}
    return plots.beside([line["title"] for line in drawn], series)


def _periods(span: Span) -> tuple[tuple[str, str], tuple[str, str]]:
    return (span.before.name, "before"), (span.name, "percent")


def _top_plot(found: list[tuple[str, int, int]], span: Span) -> Any:
    if not found:
        return None
    series = {span.before.name: [line[2] for line in found], span.name: [line[1] for line in found]}
    return plots.ranked([line[0] for line in found], series)


def _number(percent: str | None) -> float | None:
    return float(percent) if percent else None

"""Plots of a report as inline SVG, readable on paper: no scripts, numbers beside the bars (KP1)."""

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from pygal import Bar, HorizontalBar
from pygal.style import Style

# pygal leaves a finder of an interface that Python 3.12 drops; it serves only plug-ins of pygal's, which are not used.
sys.meta_path[:] = [each for each in sys.meta_path if type(each).__name__ != "PluginImportFixer"]

SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)  # for the mouse; paper has none
PAPER = Style(
    background="#ffffff",
    plot_background="#ffffff",
    font_family='"Songti SC", SimSun, "Noto Serif CJK SC", serif',
    colors=("#b0b0b0", "#303030"),
    label_font_size=14,
    value_font_size=12,
    legend_font_size=14,
    value_colors=("#000000", "#000000"),
)
FIXED: dict[str, Any] = {
    "style": PAPER,
    "js": (),
    "disable_xml_declaration": True,
    "print_values": True,
    "legend_at_bottom": True,
    "width": 760,
}


def beside(labels: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> Markup:
    """Upright bars beside each other, in percent: each series a period."""
    plot = Bar(height=320, range=(0, 100), x_label_rotation=20, value_formatter="{:.2f}%".format, **FIXED)
    return _drawn(plot, labels, series)


def ranked(labels: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> Markup:
    """Lying bars, the first label on top."""
    plot = HorizontalBar(height=120 + 44 * len(labels), value_formatter="{:.0f}".format, **FIXED)
    return _drawn(plot, labels[::-1], {name: values[::-1] for name, values in series.items()})


def _drawn(plot: Any, labels: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> Markup:
    plot.x_labels = list(labels)
    for name, values in series.items():
        plot.add(name, list(values))
    return Markup(SCRIPT.sub("", plot.render(is_unicode=True)))

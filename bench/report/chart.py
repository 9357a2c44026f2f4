"""A line chart on logarithmic axes, as SVG that reads on white and on black."""

import html
import math
from dataclasses import dataclass

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 84, 24, 56, 64
COLOURS = ("#2f7ed8", "#d9822b", "#3d9970", "#a05195")
POWERS = {0: "1", 1: "10", 2: "100", 3: "1 k", 4: "10 k", 5: "100 k", 6: "1 M", 7: "10 M",
          8: "100 M", 9: "1 G"}


@dataclass
class Series:
    name: str
    points: list  # of (x, y), both above 0


@dataclass
class Chart:
    title: str
    x_label: str
    series: list

    def svg(self):
        """REQUIRES at least one point."""
        drawn = [series for series in self.series if series.points]
        xs = [x for series in drawn for x, _ in series.points]
        ys = [y for series in drawn for _, y in series.points]
        x_powers = _powers(xs)
        y_powers = _powers(ys)

        def x_of(x):
            return _place(x, x_powers, LEFT, WIDTH - RIGHT)

        def y_of(y):
            return _place(y, y_powers, HEIGHT - BOTTOM, TOP)

        out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
               f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13" '
               'fill="#808080">',
               f"<title>{html.escape(self.title)}</title>",
               f'<text x="{LEFT}" y="22" font-size="15">{html.escape(self.title)}</text>']
        for power in x_powers:
            x = x_of(10.0**power)
            out.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#808080" '
                       'stroke-opacity="0.25"/>')
            out.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">'
                       f"{POWERS[power]}</text>")
        for power in y_powers:
            y = y_of(10.0**power)
            out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#808080" '
                       'stroke-opacity="0.25"/>')
            out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
                       f"{POWERS[power]}</text>")
        out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 20}" '
                   f'text-anchor="middle">{html.escape(self.x_label)}</text>')
        legend = LEFT
        for series, colour in zip(drawn, COLOURS):
            path = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in series.points)
            out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                       'stroke-width="2"/>')
            for x, y in series.points:
                out.append(f'<circle cx="{x_of(x):.1f}" cy="{y_of(y):.1f}" r="3.5" '
                           f'fill="{colour}"/>')
            out.append(f'<rect x="{legend}" y="34" width="18" height="4" fill="{colour}"/>')
            out.append(f'<text x="{legend + 24}" y="41">{html.escape(series.name)}</text>')
            legend += 44 + 7 * len(series.name)
        out.append("</svg>")
        return "\n".join(out) + "\n"


def _powers(values):
    """The powers of ten from below the least to above the greatest; two at least."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    high = math.ceil(math.log10(max(values)) - 1e-9)
    return range(low, max(high, low + 1) + 1)


def _place(value, powers, start, end):
    share = (math.log10(value) - powers[0]) / (powers[-1] - powers[0])
    return start + share * (end - start)

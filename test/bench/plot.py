#!/usr/bin/env python3
"""Processor time of a request, as bars on a logarithmic scale: one SVG that can be read on light and
on dark ground.

    test/bench/plot.py RESULTS.jsonl >speed.svg
"""
import json
import math
import sys
from html import escape

NAMES = {'ours': 'vitess-operator', 'old': 'another build', 'node': 'Node, no hook in it', 'go': 'Go, no hook in it',
         'fixed': 'HTTP alone'}
LEFT, RIGHT, TOP, BAR, GAP, WIDTH = 150, 60, 64, 11, 12, 820
STYLE = '''.g{fill:#fff}text{font:12px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}.t{font-size:14px;font-weight:600}
.d{fill:#59636e}.s{font-size:10px}.e{text-anchor:end}.m{text-anchor:middle}line{stroke:#d1d9e0}.w{stroke:#1f2328;stroke-width:1.5}
.ours{fill:#0969da}.old{fill:#54aeff}.node{fill:#2da44e}.go{fill:#bf8700}.fixed{fill:#8c959f}
@media(prefers-color-scheme:dark){.g{fill:#0d1117}text{fill:#f0f6fc}.d{fill:#9198a1}line{stroke:#3d444d}.w{stroke:#f0f6fc}
.ours{fill:#4493f8}.old{fill:#1f6feb}.node{fill:#3fb950}.go{fill:#d29922}.fixed{fill:#656c76}}'''


def shown(microseconds):
    if microseconds >= 1000:
        return f'{microseconds / 1000:.3g} ms'
    return f'{microseconds:.3g} µs'


def picture(results):
    servers = list(dict.fromkeys(server for found in results.values() for server in found))
    values = [one[key] for found in results.values() for one in found.values() for key in ('least', 'most')]
    low, high = 10 ** math.floor(math.log10(min(values))), max(values) * 1.05
    scale = (WIDTH - LEFT - RIGHT) / math.log10(high / low)

    def x(value):
        return LEFT + math.log10(value / low) * scale

    parts, y = [], TOP
    for body, found in results.items():
        parts.append(f'<text class="e" x="{LEFT - 10}" y="{y + len(found) * BAR / 2 + 4:.0f}">{escape(body)}</text>')
        for server, one in found.items():
            parts.append(f'<rect class="{server}" x="{LEFT}" y="{y}" width="{x(one["cpu_us"]) - LEFT:.1f}" height="{BAR - 1}"/>'
                         f'<line class="w" x1="{x(one["least"]):.1f}" x2="{x(one["most"]):.1f}" y1="{y + BAR / 2 - .5}" y2="{y + BAR / 2 - .5}"/>'
                         f'<text class="d s" x="{x(one["most"]) + 4:.1f}" y="{y + BAR - 2}">{shown(one["cpu_us"])}</text>')
            y += BAR
        y += GAP
    marks = []
    for power in range(round(math.log10(low)), math.floor(math.log10(high)) + 1):
        at = x(10 ** power)
        marks.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 6}" y2="{y}"/>'
                     f'<text class="d m" x="{at:.1f}" y="{y + 16}">{shown(10 ** power)}</text>')
    legend, at = [], LEFT
    for server in servers:
        name = NAMES.get(server, server)
        legend.append(f'<rect class="{server}" x="{at}" y="34" width="11" height="11"/><text x="{at + 16}" y="44">{escape(name)}</text>')
        at += 36 + len(name) * 6.4
    title = 'Processor time of one request'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 28}" viewBox="0 0 {WIDTH} {y + 28}" '
            f'role="img" aria-label="{title}">\n<style>{STYLE}</style>\n<rect class="g" width="100%" height="100%" rx="6"/>\n'
            f'<text class="t" x="{LEFT}" y="20">{title} (less is better, logarithmic)</text>\n'
            + '\n'.join(legend + marks + parts) + '\n</svg>\n')


def main():
    import run
    with open(sys.argv[1], encoding='utf-8') as f:
        print(picture(run.summary([json.loads(line) for line in f])), end='')


if __name__ == '__main__':
    main()

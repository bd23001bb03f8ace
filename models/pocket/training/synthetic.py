"""Pictures drawn by this program, for what photo collections lack but people's folders hold: charts, documents, maps,
screenshots, and plain flat landscapes and food.

Every kind has one function that draws on a `Canvas` and returns a caption. `build` draws the whole set. Emoji cut out of
their plain backgrounds are pasted onto scenes, so that a drawn dog is still a dog when it is small and off centre.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

TRAIN_PER_KIND, VAL_PER_KIND = 180, 12
SCENE_FACTOR = 6  # the emoji scenes vary more than any other kind
SIDE = 240  # drawing size in pixels, before the picture is squashed

COLOURS = {
    "red": (214, 48, 49), "orange": (235, 137, 52), "yellow": (246, 205, 70), "green": (65, 158, 84), "blue": (52, 108, 200),
    "purple": (130, 82, 180), "pink": (236, 134, 170), "brown": (130, 88, 56), "black": (34, 34, 38), "white": (247, 247, 245),
    "grey": (140, 144, 150), "light blue": (140, 200, 235), "dark green": (28, 92, 58),
}  # fmt: skip
VIVID = ["red", "orange", "yellow", "green", "blue", "purple", "pink"]
WORDS = (
    "total date name amount price report notes project plan order item sales north south week month paid open first market "
    "invoice team summer house value about people garden score city river level profit data when under light"
).split()
Colour = tuple[int, int, int]


class Canvas:
    """A picture being drawn, and the dice that decide how. Coordinates run from 0 to 1 in both directions."""

    def __init__(self, rng: np.random.Generator, background: Colour = (255, 255, 255)):
        self.rng = rng
        self.image = Image.new("RGB", (SIDE, SIDE), background)
        self.draw = ImageDraw.Draw(self.image)

    def fill(self, colour: Colour) -> None:
        self.draw.rectangle((0, 0, SIDE, SIDE), fill=colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Colour | None, outline: Colour | None = None, width: int = 2, round: float = 0) -> None:
        self.draw.rounded_rectangle((x0 * SIDE, y0 * SIDE, max(x1, x0) * SIDE, max(y1, y0) * SIDE), round * SIDE, fill, outline, width)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour | None, outline: Colour | None = None, width: int = 2) -> None:
        self.draw.ellipse(((x - rx) * SIDE, (y - ry) * SIDE, (x + rx) * SIDE, (y + ry) * SIDE), fill, outline, width)

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self.draw.polygon([(x * SIDE, y * SIDE) for x, y in points], fill)

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float = 2) -> None:
        self.draw.line([(x * SIDE, y * SIDE) for x, y in points], colour, max(1, int(width)), "curve")

    def text(self, x: float, y: float, words: str, height: float, colour: Colour, anchor: str = "la") -> None:
        self.draw.text((x * SIDE, y * SIDE), words, colour, ImageFont.load_default(max(7, height * SIDE)), anchor)

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def count(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def pick(self, choices: list):
        return choices[int(self.rng.integers(len(choices)))]

    def near(self, colour: Colour, spread: int = 18) -> Colour:
        return tuple(int(np.clip(part + self.rng.integers(-spread, spread + 1), 0, 255)) for part in colour)

    def vivid(self) -> tuple[str, Colour]:
        name = self.pick(VIVID)
        return name, self.near(COLOURS[name])

    def words(self, count: int) -> str:
        return " ".join(self.pick(WORDS) for _ in range(count))

    def paper(self) -> tuple[Colour, Colour]:
        """Background and ink: mostly dark on light, sometimes the other way round."""
        if self.chance(0.15):
            return self.near((32, 34, 42), 10), (225, 225, 230)
        return self.pick([(255, 255, 255), (250, 248, 240), (240, 243, 248), (253, 253, 253)]), self.near((50, 50, 58), 20)

    def sky(self, top: Colour, bottom: Colour, until: float = 1) -> None:
        """A vertical gradient, or a flat sky half of the time."""
        if self.chance(0.5):
            top = bottom
        for row in range(int(until * SIDE) + 1):
            mix = row / (until * SIDE)
            self.draw.line((0, row, SIDE, row), tuple(int(a + (b - a) * mix) for a, b in zip(top, bottom, strict=True)))

    def hill(self, base: float, height: float, colour: Colour) -> None:
        """A wavy horizon filled down to the lower edge."""
        phase, waves = self.between(0, 7), self.between(0.5, 2)
        tops = [(x / 40, base - height * (0.5 + 0.5 * math.sin(phase + waves * 6.3 * x / 40))) for x in range(41)]
        self.shape([*tops, (1, 1), (0, 1)], colour)

    def cloud(self, x: float, y: float, size: float) -> None:
        for step in (-1, 0, 1):
            self.oval(x + step * size * 0.8, y - (step == 0) * size * 0.3, size * 0.75, size * 0.55, (250, 250, 252))

    def tree(self, x: float, y: float, size: float) -> None:
        """A tree standing on (x, y)."""
        leaves = self.near(self.pick([COLOURS["green"], COLOURS["dark green"]]))
        self.box(x - size * 0.06, y - size * 0.35, x + size * 0.06, y, self.near(COLOURS["brown"]))
        if self.chance(0.5):
            for step in range(3):
                wide, top = size * (0.34 - 0.07 * step), y - size * (0.3 + 0.22 * step)
                self.shape([(x - wide, top), (x + wide, top), (x, top - size * 0.36)], leaves)
        else:
            self.oval(x, y - size * 0.6, size * 0.32, size * 0.36, leaves)


def titled(c: Canvas, ink: Colour) -> float:
    """Perhaps a heading; the height it takes."""
    if c.chance(0.5):
        return 0.06
    c.text(c.between(0.08, 0.3), 0.04, c.words(c.count(1, 3)), c.between(0.05, 0.08), ink)
    return 0.16


def axes(c: Canvas, top: float, ink: Colour) -> None:
    if c.chance(0.6):
        for y in np.linspace(top, 0.88, c.count(4, 7)):
            c.line([(0.1, y), (0.95, y)], c.near((215, 215, 220), 8), 1)
    if c.chance(0.85):
        c.line([(0.1, top), (0.1, 0.88), (0.95, 0.88)], ink, c.count(1, 3))


def bar_chart(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    top = titled(c, ink)
    axes(c, top, ink)
    count, several = c.count(3, 9), c.chance(0.3)
    name, colour = c.vivid()
    step, heights = 0.8 / count, c.rng.uniform(0.12, 1, count)
    lying = c.chance(0.2)
    for place, height in enumerate(heights):
        fill = c.vivid()[1] if several else colour
        start = 0.13 + place * step
        if lying:
            c.box(0.11, top + (start - 0.13), 0.11 + 0.8 * height, top + (start - 0.13) + step * 0.7, fill)
        else:
            c.box(start, 0.88 - (0.88 - top) * height, start + step * 0.7, 0.88, fill)
    said = f"with {count} bars" if several else f"with {name} bars"
    return c.pick(["a bar chart", "a bar graph", f"a bar chart {said}", "a chart with bars", f"a column chart {said}"])


def line_chart(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    top = titled(c, ink)
    axes(c, top, ink)
    for _ in range(c.count(1, 3)):
        name, colour = c.vivid()
        count = c.count(5, 25)
        walk = np.cumsum(c.rng.normal(c.between(-0.3, 0.5), 1, count))
        walk = (walk - walk.min()) / (np.ptp(walk) or 1) * c.between(0.4, 0.95)
        points = [(0.1 + 0.85 * i / (count - 1), 0.86 - (0.86 - top) * v) for i, v in enumerate(walk)]
        c.line(points, colour, c.count(2, 5))
        if c.chance(0.3):
            for x, y in points:
                c.oval(x, y, 0.015, 0.015, colour)
    return c.pick(["a line chart", "a line graph", f"a chart with a {name} line", "a graph of values over time", "a stock chart"])


def pie_chart(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    top = titled(c, ink)
    radius = c.between(0.26, 0.4)
    x, y = c.between(0.4, 0.6), (1 + top) / 2
    shares = c.rng.dirichlet(np.full(c.count(3, 7), 2.0)) * 360
    angle = c.between(0, 360)
    for share in shares:
        box = ((x - radius) * SIDE, (y - radius) * SIDE, (x + radius) * SIDE, (y + radius) * SIDE)
        c.draw.pieslice(box, angle, angle + share, c.vivid()[1], paper, 2)
        angle += share
    if c.chance(0.35):
        c.oval(x, y, radius * 0.55, radius * 0.55, paper)
        return c.pick(["a donut chart", "a pie chart with a hole", "a ring chart"])
    return c.pick(["a pie chart", "a pie chart with coloured slices", "a chart of shares"])


def scatter_plot(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    top = titled(c, ink)
    axes(c, top, ink)
    for _ in range(c.count(1, 3)):
        colour, slope = c.vivid()[1], c.between(-1, 1)
        for x in c.rng.uniform(0, 1, c.count(15, 60)):
            y = 0.5 + slope * (x - 0.5) + c.rng.normal(0, 0.12)
            c.oval(0.12 + 0.8 * x, float(np.clip(0.86 - (0.86 - top) * y, top, 0.87)), 0.014, 0.014, colour)
    return c.pick(["a scatter plot", "a chart with dots", "a plot of points", "a scatter chart"])


def table(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    top, rows, columns = titled(c, ink), c.count(5, 12), c.count(3, 6)
    height, width = (0.95 - top) / rows, 0.92 / columns
    header = c.vivid()[1] if c.chance(0.6) else c.near((220, 222, 228), 10)
    for row in range(rows):
        y = top + row * height
        fill = header if row == 0 else c.near((238, 240, 244), 3) if row % 2 and c.chance(0.9) and paper[0] > 99 else None
        c.box(0.04, y, 0.96, y + height, fill, (170, 172, 178), 1)
        for column in range(columns):
            text = c.words(1) if row == 0 or column == 0 else str(c.count(1, 9999))
            c.text(0.05 + column * width, y + height * 0.2, text, min(height * 0.55, 0.05), ink)
    for column in range(1, columns):
        c.line([(0.04 + column * width, top), (0.04 + column * width, top + rows * height)], (170, 172, 178), 1)
    return c.pick(["a table of numbers", "a spreadsheet", "a table with rows and columns", "a screenshot of a spreadsheet", "a data table"])


def diagram(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    colour = c.vivid()[1]
    spots = [(x, y) for x in (0.2, 0.5, 0.8) for y in (0.18, 0.5, 0.82)]
    chosen = [spots[i] for i in c.rng.permutation(9)[: c.count(4, 7)]]
    for (x0, y0), (x1, y1) in zip(chosen, chosen[1:], strict=False):
        c.line([(x0, y0), (x1, y0), (x1, y1)] if c.chance(0.5) else [(x0, y0), (x1, y1)], ink, 2)
    for x, y in chosen:
        if c.chance(0.25):
            c.oval(x, y, 0.11, 0.08, colour, ink)
        else:
            c.box(x - 0.12, y - 0.07, x + 0.12, y + 0.07, colour, ink, 2, 0.02)
        c.text(x, y, c.words(1), 0.045, (255, 255, 255), "mm")
    return c.pick(["a diagram", "a flowchart", "boxes joined by arrows", "a diagram of boxes and lines", "a process diagram"])


def receipt(c: Canvas) -> str:
    c.fill(c.near(c.pick([(90, 70, 55), (200, 200, 200), (60, 66, 74), (150, 120, 90)]), 25))
    left, right = c.between(0.15, 0.32), c.between(0.68, 0.85)
    c.box(left, c.between(0, 0.06), right, c.between(0.94, 1), c.near((248, 247, 243), 5))
    c.text((left + right) / 2, 0.1, c.words(1).upper(), 0.07, (40, 40, 44), "mm")
    y = 0.18
    while y < 0.78:
        c.text(left + 0.03, y, c.words(1), 0.035, (60, 60, 64))
        c.text(right - 0.03, y, f"{c.between(0.5, 60):.2f}", 0.035, (60, 60, 64), "ra")
        y += 0.055
    c.line([(left + 0.03, y), (right - 0.03, y)], (60, 60, 64), 2)
    c.text(left + 0.03, y + 0.02, "TOTAL", 0.055, (30, 30, 34))
    c.text(right - 0.03, y + 0.02, f"{c.between(10, 300):.2f}", 0.055, (30, 30, 34), "ra")
    return c.pick(["a receipt", "a shop receipt", "a till receipt with prices", "a receipt from a shop", "a bill"])


def paragraphs(c: Canvas, left: float, right: float, top: float, bottom: float, ink: Colour) -> None:
    y, size = top, c.between(0.022, 0.034)
    while y < bottom:
        if c.chance(0.12):
            y += size * 1.2
        end = right if c.chance(0.8) else c.between(left + 0.1, right)
        if c.chance(0.5):
            c.text(left, y, c.words(14)[: int((end - left) / size * 1.9)], size, ink)
        else:
            c.box(left, y + size * 0.25, end, y + size * 0.8, tuple((a + 110) // 2 for a in ink))
        y += size * 1.6


def document(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    margin, top = c.between(0.06, 0.16), 0.08
    if c.chance(0.7):
        c.text(margin, top, c.words(c.count(1, 3)).title(), c.between(0.05, 0.08), ink)
        top += 0.13
    letter = c.chance(0.3)
    two_columns = c.chance(0.25) and not letter
    for left, right in ((margin, 0.48), (0.52, 1 - margin)) if two_columns else ((margin, 1 - margin),):
        paragraphs(c, left, right, top, 0.75 if letter else 0.93, ink)
    if letter:
        c.line([(0.55 + i * 0.02, 0.86 + c.between(-0.03, 0.03)) for i in range(14)], c.near((40, 50, 120)), 2)
        return c.pick(["a letter", "a signed letter", "a letter with a signature", "a typed letter"])
    return c.pick(["a document", "a page of text", "a document with lines of text", "a scanned page", "a printed page", "a paper with text"])


def form(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    y = titled(c, ink)
    while y < 0.88:
        c.text(0.08, y, c.words(c.count(1, 2)), 0.04, ink)
        if c.chance(0.3):
            for x in (0.5, 0.68):
                c.box(x, y, x + 0.05, y + 0.05, None, ink, 2)
        else:
            c.box(0.42, y - 0.01, 0.92, y + 0.06, None, (150, 152, 160), 2)
        y += c.between(0.1, 0.13)
    return c.pick(["a form", "a form to fill in", "an empty form with boxes", "a checklist", "a questionnaire"])


def handwriting(c: Canvas) -> str:
    c.fill(c.near(c.pick([(252, 250, 240), (250, 236, 150), (245, 245, 248)]), 6))
    if c.chance(0.6):
        for y in np.arange(0.1, 1, 0.09):
            c.line([(0, y), (1, y)], (180, 200, 225), 1)
    ink = c.near(c.pick([(30, 40, 110), (40, 40, 44), (150, 40, 40)]))
    for y in np.arange(0.14, c.between(0.5, 0.95), 0.09):
        x, points = 0.08, []
        while x < c.between(0.7, 0.95):
            points.append((x, float(y - abs(c.rng.normal(0, 0.022)))))
            x += c.between(0.006, 0.02)
            if c.chance(0.12) and len(points) > 1:
                c.line(points, ink, 2)
                points, x = [], x + 0.03
        if len(points) > 1:
            c.line(points, ink, 2)
    return c.pick(["a handwritten note", "handwriting on paper", "a note written by hand", "handwritten notes"])


def street_map(c: Canvas) -> str:
    c.fill(c.near(c.pick([(242, 239, 233), (232, 236, 228), (245, 243, 236)]), 5))
    for _ in range(c.count(2, 6)):
        x, y = c.between(0, 1), c.between(0, 1)
        c.box(x, y, x + c.between(0.1, 0.35), y + c.between(0.1, 0.3), c.near((196, 224, 178), 10))
    if c.chance(0.6):
        edge, bank = c.between(0.1, 0.9), [(c.between(-0.1, 0.1) + i / 8, i / 8) for i in range(9)]
        c.line([(edge + x * 0.5 - 0.25, y) for x, y in bank], c.near((160, 205, 230), 8), c.count(16, 40))
    for width, colour, many in ((3, (255, 255, 255), 9), (7, (252, 214, 130), 3)):
        for _ in range(c.count(many // 2, many)):
            a, b = c.between(-0.1, 1.1), c.between(-0.1, 1.1)
            c.line([(0, a), (1, b)] if c.chance(0.5) else [(a, 0), (b, 1)], c.near(colour, 6), width)
    for _ in range(c.count(0, 5)):
        c.text(c.between(0.05, 0.75), c.between(0.05, 0.9), c.words(1).title(), 0.04, (90, 90, 96))
    if c.chance(0.5):
        x, y = c.between(0.25, 0.75), c.between(0.3, 0.7)
        c.shape([(x, y), (x - 0.05, y - 0.1), (x + 0.05, y - 0.1)], (220, 50, 47))
        c.oval(x, y - 0.12, 0.055, 0.055, (220, 50, 47))
        return c.pick(["a map with a red pin", "a map with a marker", "a city map with a pin"])
    return c.pick(["a map", "a street map", "a map of a city", "a road map", "a map with streets and parks"])


def land_map(c: Canvas) -> str:
    sea = c.near((165, 208, 232), 12)
    c.fill(sea)
    for _ in range(c.count(2, 6)):
        x, y, size = c.between(0.1, 0.9), c.between(0.1, 0.9), c.between(0.1, 0.3)
        around = np.linspace(0, 2 * math.pi, 22)[:-1]
        land = [(x + size * c.between(0.6, 1.1) * math.cos(a), y + size * c.between(0.5, 1) * math.sin(a)) for a in around]
        c.shape(land, c.near(c.pick([(190, 215, 150), (232, 222, 180), (210, 205, 170)]), 10))
    return c.pick(["a map", "a map of islands", "a map with land and sea", "a world map", "a map of countries"])


def window(c: Canvas, bar: Colour) -> None:
    c.box(0, 0, 1, 0.09, bar)
    for place in range(3):
        c.oval(0.05 + place * 0.05, 0.045, 0.016, 0.016, c.pick([(255, 95, 86), (255, 189, 46), (39, 201, 63), (150, 150, 150)]))


def screenshot(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    window(c, c.near((222, 224, 228), 8))
    if c.chance(0.6):
        c.box(0, 0.09, 0.24, 1, c.near(c.pick([(240, 241, 244), (44, 50, 64), (230, 236, 246)]), 6))
        for y in np.arange(0.14, c.between(0.5, 0.95), 0.07):
            c.box(0.03, y, c.between(0.12, 0.21), y + 0.025, (150, 155, 165))
    for _ in range(c.count(2, 4)):
        x, y = c.pick([0.29, 0.53, 0.77]), c.pick([0.15, 0.42, 0.7])
        c.box(x, y, x + 0.2, y + 0.2, c.near(c.vivid()[1]) if c.chance(0.6) else (228, 230, 236), None, 1, 0.015)
    paragraphs(c, 0.29, 0.95, c.between(0.2, 0.6), 0.95, ink)
    if c.chance(0.5):
        c.box(0.7, 0.86, 0.94, 0.94, c.vivid()[1], None, 1, 0.02)
    return c.pick(["a screenshot", "a screenshot of a website", "a screenshot of a program", "a computer window", "a web page", "an app window"])


def chat(c: Canvas) -> str:
    c.fill(c.pick([(255, 255, 255), (236, 229, 221), (24, 26, 32)]))
    c.box(0, 0, 1, 0.1, c.vivid()[1])
    y, mine = 0.14, c.vivid()[1]
    while y < 0.9:
        wide, tall = c.between(0.3, 0.62), c.between(0.07, 0.14)
        own = c.chance(0.5)
        x = 0.96 - wide if own else 0.04
        c.box(x, y, x + wide, y + tall, mine if own else (222, 224, 228), None, 1, 0.03)
        c.text(x + 0.03, y + 0.02, c.words(3), 0.035, (255, 255, 255) if own else (50, 50, 56))
        y += tall + 0.03
    return c.pick(["a chat screenshot", "a screenshot of a conversation", "text messages", "a chat with message bubbles"])


def code(c: Canvas) -> str:
    dark = c.chance(0.75)
    c.fill(c.near((30, 32, 42), 8) if dark else (252, 252, 252))
    if c.chance(0.5):
        window(c, (60, 62, 72) if dark else (225, 226, 230))
    inks = [(200, 120, 220), (120, 200, 130), (110, 170, 240), (230, 190, 110)] if dark else [(160, 30, 140), (30, 120, 50), (30, 70, 190), (60, 60, 60)]
    y, indent = 0.13, 0
    while y < 0.95:
        x = 0.06 + indent * 0.06
        for _ in range(c.count(1, 4)):
            word = c.words(1) + c.pick(["", "()", " =", ":", ";", " {"])
            c.text(x, y, word, 0.042, c.pick(inks))
            x += 0.028 * len(word) + 0.02
        indent = int(np.clip(indent + c.count(-1, 1), 0, 4))
        y += 0.06
    return c.pick(["a screenshot of code", "program code", "source code in an editor", "a code screenshot", "a terminal with text"])


def phone(c: Canvas) -> str:
    c.fill(c.near((235, 237, 242), 10))
    left, right = 0.28, 0.72
    c.box(left, 0.03, right, 0.97, c.near(c.pick([(20, 20, 26), (250, 250, 250), (30, 60, 120)]), 6), (20, 20, 24), 5, 0.05)
    if c.chance(0.5):
        for row in range(5):
            for column in range(3):
                x, y = left + 0.05 + column * 0.125, 0.13 + row * 0.15
                c.box(x, y, x + 0.09, y + 0.09, c.vivid()[1], None, 1, 0.02)
        return c.pick(["a phone screen with app icons", "a phone screenshot", "a mobile phone home screen"])
    paragraphs(c, left + 0.04, right - 0.04, 0.14, 0.8, (128, 128, 134))
    c.box(left + 0.05, 0.84, right - 0.05, 0.91, c.vivid()[1], None, 1, 0.03)
    return c.pick(["a phone screenshot", "a screenshot of a mobile app", "an app on a phone"])


def qr_code(c: Canvas) -> str:
    c.fill(c.near((250, 250, 250), 5))
    cells, margin = c.count(21, 33), c.between(0.04, 0.16)
    step = (1 - 2 * margin) / cells
    ink = c.near((20, 20, 24), 15)
    for row, column in np.argwhere(c.rng.random((cells, cells)) < 0.5):
        c.box(margin + column * step, margin + row * step, margin + (column + 1) * step, margin + (row + 1) * step, ink)
    for row, column in ((0, 0), (0, cells - 7), (cells - 7, 0)):
        x, y = margin + column * step, margin + row * step
        for inset, fill in ((0, ink), (1, (250, 250, 250)), (2, ink)):
            c.box(x + inset * step, y + inset * step, x + (7 - inset) * step, y + (7 - inset) * step, fill)
    return c.pick(["a QR code", "a QR code to scan", "a black and white square code"])


def barcode(c: Canvas) -> str:
    c.fill(c.near((250, 250, 250), 5))
    x, top, bottom = 0.1, c.between(0.1, 0.3), c.between(0.7, 0.85)
    while x < 0.88:
        wide = c.pick([1, 1, 2, 3]) * 0.008
        c.box(x, top, x + wide, bottom, (20, 20, 22))
        x += wide + c.pick([1, 1, 2, 3]) * 0.008
    c.text(0.5, bottom + 0.06, str(c.count(10**11, 10**12)), 0.07, (20, 20, 22), "mm")
    return c.pick(["a barcode", "a bar code with a number", "a product barcode"])


def meme(c: Canvas) -> str:
    c.sky(c.vivid()[1], c.vivid()[1])
    for _ in range(c.count(1, 4)):
        c.oval(c.between(0.2, 0.8), c.between(0.35, 0.7), c.between(0.08, 0.25), c.between(0.08, 0.25), c.near(c.vivid()[1], 40))
    banded = c.chance(0.5)
    for y in (0.1, 0.9):
        if banded:
            c.box(0, y - 0.1, 1, y + 0.1, (255, 255, 255))
        words = c.words(c.count(2, 3)).upper()
        for dx, dy in ((-0.008, 0), (0.008, 0), (0, -0.008), (0, 0.008)):
            c.text(0.5 + dx, y + dy, words, 0.1, (10, 10, 10), "mm")
        c.text(0.5, y, words, 0.1, (10, 10, 10) if banded else (255, 255, 255), "mm")
    return c.pick(["a meme", "a meme with text at the top and bottom", "a funny picture with big text", "an image macro"])


def gradient(c: Canvas) -> str:
    (first, top), (second, bottom) = c.vivid(), c.vivid()
    mix = np.linspace(0, 1, SIDE)[:, None, None] + np.linspace(0, c.between(0, 1), SIDE)[None, :, None]
    mix /= mix.max()
    c.image.paste(Image.fromarray((np.array(top) * (1 - mix) + np.array(bottom) * mix).astype(np.uint8)))
    if first == second:
        return c.pick([f"a plain {first} background", f"a {first} gradient", "a plain colour"])
    return c.pick(["a gradient", f"a gradient from {first} to {second}", "a plain background", "a colour gradient", "an abstract background"])


def calendar(c: Canvas) -> str:
    paper, ink = c.paper()
    c.fill(paper)
    c.box(0, 0, 1, 0.2, c.vivid()[1])
    c.text(0.5, 0.1, c.pick(["January", "March", "May", "June", "August", "October", "December"]), 0.1, (255, 255, 255), "mm")
    marked = c.count(1, 30)
    for day in range(1, 32):
        place = day + 2
        x, y = 0.09 + place % 7 * 0.137, 0.3 + place // 7 * 0.13
        if day == marked:
            c.oval(x, y, 0.055, 0.055, c.vivid()[1])
        c.text(x, y, str(day), 0.06, ink, "mm")
    return c.pick(["a calendar", "a calendar page", "a month calendar with dates", "a calendar with a marked day"])


def pattern(c: Canvas) -> str:
    (first, back), (second, front) = c.vivid(), c.vivid()
    c.fill(back if first != second else (250, 250, 250))
    count = c.count(4, 9)
    style = c.pick(["stripes", "dots", "checks"])
    for row in range(count):
        if style == "stripes":
            c.box(0, row / count, 1, (row + 0.5) / count, front)
            continue
        for column in range(count):
            if style == "dots":
                c.oval((column + 0.5) / count, (row + 0.5) / count, 0.3 / count, 0.3 / count, front)
            elif (row + column) % 2:
                c.box(column / count, row / count, (column + 1) / count, (row + 1) / count, front)
    return c.pick([f"a pattern of {style}", f"{second} {style}", f"a {style} pattern", "a pattern"])


def mountains(c: Canvas) -> str:
    c.sky(c.near((120, 180, 230), 30), c.near((220, 235, 245), 25))
    if c.chance(0.4):
        c.oval(c.between(0.15, 0.85), c.between(0.1, 0.25), 0.07, 0.07, (250, 220, 110))
    snow = c.chance(0.65)
    rock = c.near(c.pick([(110, 120, 135), (90, 100, 120), (130, 115, 105), (80, 110, 100)]), 15)
    for _ in range(c.count(2, 4)):
        x, top, wide, base = c.between(0.1, 0.9), c.between(0.15, 0.45), c.between(0.25, 0.5), c.between(0.75, 0.9)
        shade = c.near(rock, 14)
        c.shape([(x - wide, base), (x, top), (x + wide, base)], shade)
        if snow:
            cut = c.between(0.25, 0.45)
            left, right, low = x - wide * cut, x + wide * cut, top + (base - top) * cut
            c.shape([(x, top), (left, low), (x - wide * cut * 0.4, low - 0.03), (x, low + 0.03), (x + wide * cut * 0.4, low - 0.03), (right, low)], (248, 250, 252))
    ground = c.pick(["green", "dark green", "white"] if snow else ["green", "dark green", "brown"])
    c.hill(c.between(0.76, 0.86), 0.05, c.near(COLOURS[ground]))
    if c.chance(0.4):
        for _ in range(c.count(2, 6)):
            c.tree(c.between(0.05, 0.95), c.between(0.85, 0.98), c.between(0.12, 0.22))
    if snow:
        return c.pick(["mountains with snow", "snowy mountains", "a mountain with a snowy top", "snow on the mountains", "a drawing of snowy mountains"])
    return c.pick(["mountains", "a mountain landscape", "a drawing of mountains", "mountains under a blue sky"])


def beach(c: Canvas) -> str:
    sea = c.between(0.35, 0.5)
    c.sky(c.near((110, 190, 240), 20), c.near((200, 232, 248), 15), sea)
    c.oval(c.between(0.1, 0.9), c.between(0.08, 0.22), 0.08, 0.08, (252, 220, 100))
    c.box(0, sea, 1, 1, c.near((50, 150, 200), 25))
    c.hill(c.between(0.68, 0.8), 0.07, c.near((240, 215, 155), 15))
    said = c.pick(["a beach", "a sandy beach by the sea", "a drawing of a beach", "sand and sea on a sunny day"])
    x = c.between(0.2, 0.8)
    if c.chance(0.4):
        name, colour = c.vivid()
        c.line([(x, 0.5), (x, 0.88)], (120, 90, 60), 4)
        box = ((x - 0.17) * SIDE, 0.42 * SIDE, (x + 0.17) * SIDE, 0.72 * SIDE)
        c.draw.pieslice(box, 180, 360, colour)
        said = c.pick([f"a {name} umbrella on a beach", "a beach with an umbrella", "a beach"])
    elif c.chance(0.5):
        c.line([(x, 0.9), (x + 0.04, 0.6), (x + 0.02, 0.36)], (140, 100, 60), 8)
        for angle in np.linspace(-2.8, -0.3, 6):
            tip = (x + 0.02 + 0.2 * math.cos(angle), 0.38 + 0.14 * math.sin(angle) + 0.06)
            c.line([(x + 0.02, 0.36), (x + 0.02 + 0.12 * math.cos(angle), 0.36 + 0.14 * math.sin(angle)), tip], c.near((50, 140, 70)), 7)
        said = c.pick(["a palm tree on a beach", "a beach with a palm tree", "a tropical beach"])
    return said


def forest(c: Canvas) -> str:
    c.sky(c.near((150, 205, 235), 25), c.near((225, 240, 235), 15))
    c.hill(c.between(0.55, 0.75), 0.12, c.near(COLOURS["green"], 25))
    for y in np.sort(c.rng.uniform(0.6, 1, c.count(7, 18))):
        c.tree(c.between(0, 1), float(y), c.between(0.25, 0.5))
    return c.pick(["a forest", "trees in a forest", "a drawing of trees", "green trees", "a wood with many trees"])


def city(c: Canvas) -> str:
    night = c.chance(0.4)
    c.sky((22, 28, 60) if night else c.near((150, 200, 235), 25), (60, 60, 110) if night else c.near((230, 236, 240), 15))
    x = -0.05
    while x < 1:
        wide, top = c.between(0.08, 0.2), c.between(0.2, 0.7)
        c.box(x, top, x + wide, 1, c.near((50, 56, 80) if night else c.pick([(150, 160, 175), (180, 150, 130), (120, 140, 165)]), 15))
        for wx in np.arange(x + 0.02, x + wide - 0.02, 0.035):
            for wy in np.arange(top + 0.03, 0.97, 0.06):
                lit = c.chance(0.6)
                c.box(wx, wy, wx + 0.018, wy + 0.03, ((250, 220, 120) if night else (225, 238, 248)) if lit else (80, 90, 110))
        x += wide + c.between(-0.02, 0.02)
    if night:
        return c.pick(["a city at night", "a city skyline at night", "tall buildings with lights at night"])
    return c.pick(["a city skyline", "tall buildings", "a drawing of a city", "a city with many buildings"])


def night(c: Canvas) -> str:
    c.sky((10, 14, 40), c.near((40, 50, 100), 20))
    for _ in range(c.count(20, 70)):
        size = c.between(0.003, 0.009)
        c.oval(c.between(0, 1), c.between(0, 0.8), size, size, (250, 248, 225))
    x, y, size = c.between(0.2, 0.8), c.between(0.15, 0.4), c.between(0.06, 0.14)
    moon = c.chance(0.75)
    if moon:
        c.oval(x, y, size, size, (248, 240, 200))
        if c.chance(0.5):
            c.oval(x + size * 0.5, y - size * 0.15, size * 0.85, size * 0.85, (20, 26, 62))
    if c.chance(0.7):
        c.hill(c.between(0.8, 0.95), 0.12, c.near((16, 26, 40), 8))
    if moon:
        return c.pick(["the moon at night", "the moon and stars", "a night sky with a moon", "a moon over dark hills"])
    return c.pick(["a night sky", "stars in the night sky", "a sky full of stars"])


def house(c: Canvas) -> str:
    c.sky(c.near((140, 205, 240), 25), c.near((215, 238, 248), 15))
    c.hill(0.82, 0.05, c.near(COLOURS["green"], 20))
    (name, wall), roof = c.vivid(), c.near(c.pick([(170, 60, 50), (90, 60, 50), (70, 76, 90)]), 15)
    if c.chance(0.5):
        name, wall = "white", c.near((240, 235, 225), 8)
    left, right, top = c.between(0.15, 0.3), c.between(0.65, 0.85), c.between(0.42, 0.55)
    c.box(left, top, right, 0.88, wall)
    c.shape([(left - 0.06, top), (right + 0.06, top), ((left + right) / 2, top - c.between(0.15, 0.3))], roof)
    door = (left + right) / 2 - 0.05
    c.box(door, 0.68, door + 0.1, 0.88, c.near(COLOURS["brown"]))
    for x in (left + 0.05, right - 0.15):
        c.box(x, top + 0.08, x + 0.1, top + 0.2, (200, 228, 245), (250, 250, 250), 3)
    if c.chance(0.5):
        c.tree(c.pick([0.08, 0.92]), 0.9, c.between(0.35, 0.6))
    return c.pick(["a house", f"a {name} house", "a drawing of a house", "a house with a roof and a door", "a small house in the country"])


def road(c: Canvas) -> str:
    c.sky(c.near((150, 205, 240), 25), c.near((225, 240, 248), 12))
    c.hill(c.between(0.6, 0.72), 0.1, c.near(COLOURS["green"], 25))
    c.box(0, 0.74, 1, 0.94, c.near((90, 92, 98), 12))
    for x in np.arange(0.02, 1, 0.16):
        c.box(x, 0.83, x + 0.08, 0.85, (245, 245, 240))
    name, colour = c.vivid() if c.chance(0.75) else (lambda shade: (shade, c.near(COLOURS[shade], 6)))(c.pick(["black", "white", "grey"]))
    size, y, kind = c.between(0.7, 1.3), c.between(0.78, 0.86), c.pick(["car", "car", "car", "bus", "truck"])
    x = c.between(0.3, 0.7)
    glass, left, right = (200, 228, 245), x - 0.22 * size, x + 0.22 * size
    if kind == "car":
        c.shape([(x - 0.13 * size, y - 0.09 * size), (x - 0.07 * size, y - 0.18 * size), (x + 0.08 * size, y - 0.18 * size), (x + 0.15 * size, y - 0.09 * size)], colour)
        c.shape([(x - 0.1 * size, y - 0.09 * size), (x - 0.06 * size, y - 0.16 * size), (x + 0.07 * size, y - 0.16 * size), (x + 0.12 * size, y - 0.09 * size)], glass)
        c.box(left, y - 0.1 * size, right, y, colour, None, 1, 0.02)
    elif kind == "bus":
        c.box(left, y - 0.24 * size, right, y, colour, None, 1, 0.02)
        for step in range(4):
            c.box(left + (0.03 + step * 0.1) * size, y - 0.2 * size, left + (0.11 + step * 0.1) * size, y - 0.11 * size, glass)
    else:
        c.box(left, y - 0.24 * size, x + 0.08 * size, y - 0.02 * size, c.near((230, 230, 232), 10))
        c.box(x + 0.1 * size, y - 0.16 * size, right, y - 0.02 * size, colour, None, 1, 0.02)
    for wheel in (left + 0.09 * size, right - 0.09 * size):
        c.oval(wheel, y, 0.05 * size, 0.05 * size, (30, 30, 34))
        c.oval(wheel, y, 0.02 * size, 0.02 * size, (190, 190, 195))
    return c.pick([f"a {name} {kind}", f"a {name} {kind} on a road", f"a {kind}", f"a drawing of a {name} {kind}", f"a {kind} on the street"])


def boat(c: Canvas) -> str:
    c.sky(c.near((150, 210, 240), 30), c.near((230, 240, 245), 15))
    c.hill(c.between(0.58, 0.7), 0.02, c.near((50, 120, 180), 25))
    name, colour = c.vivid()
    x, y, size = c.between(0.3, 0.7), c.between(0.68, 0.8), c.between(0.7, 1.2)
    c.line([(x, y - 0.4 * size), (x, y)], (110, 80, 50), 4)
    sail = c.pick(["white", name])
    c.shape([(x + 0.015, y - 0.4 * size), (x + 0.015, y - 0.06), (x + 0.2 * size, y - 0.06)], COLOURS[sail])
    if c.chance(0.6):
        c.shape([(x - 0.015, y - 0.34 * size), (x - 0.015, y - 0.06), (x - 0.14 * size, y - 0.06)], COLOURS[sail])
    c.shape([(x - 0.22 * size, y - 0.04), (x + 0.22 * size, y - 0.04), (x + 0.15 * size, y + 0.06), (x - 0.15 * size, y + 0.06)], colour)
    return c.pick(["a boat on the sea", "a boat on the water", "a sailing boat", f"a {name} boat", "a drawing of a boat with a sail"])


def sunset(c: Canvas) -> str:
    horizon = c.between(0.5, 0.7)
    c.sky(c.near((90, 50, 120), 30), c.near((250, 150, 70), 20), horizon)
    c.oval(c.between(0.2, 0.8), horizon - c.between(0, 0.1), 0.13, 0.13, (253, 205, 90))
    if c.chance(0.6):
        c.box(0, horizon, 1, 1, c.near((90, 60, 110), 25))
        return c.pick(["a sunset over the sea", "a sunset", "the sun setting over water", "an orange sky at sunset"])
    c.hill(horizon + 0.05, 0.15, c.near((50, 36, 60), 12))
    return c.pick(["a sunset", "a sunset over hills", "an orange sky at sunset", "the sun going down"])


def food(c: Canvas) -> str:
    c.fill(c.near(c.pick([(245, 240, 230), (250, 225, 225), (210, 230, 235), (90, 150, 160)]), 15))
    dish = c.pick([pizza_slice, whole_pizza, cake, ice_cream, fruit, cup])
    if dish in (whole_pizza, cake, cup) and c.chance(0.4):
        c.oval(0.5, 0.8 if dish is not whole_pizza else 0.5, 0.44, 0.12 if dish is not whole_pizza else 0.44, (250, 250, 250), (215, 215, 220))
    return dish(c)


def pizza_slice(c: Canvas) -> str:
    left, right, tip = c.between(0.15, 0.25), c.between(0.75, 0.85), c.between(0.85, 0.95)
    c.shape([(left, 0.2), (right, 0.2), (0.5, tip)], c.near((245, 200, 90), 12))
    c.box(left - 0.03, 0.12, right + 0.03, 0.23, c.near((200, 140, 70), 15), None, 1, 0.05)
    for x, y in ((0.38, 0.33), (0.6, 0.36), (0.48, 0.53), (0.53, 0.7)):
        c.oval(x + c.between(-0.03, 0.03), y, 0.055, 0.055, c.near((195, 55, 45), 15))
    return c.pick(["a slice of pizza", "a pizza slice", "a slice of pizza with salami", "pizza", "a drawing of a slice of pizza"])


def whole_pizza(c: Canvas) -> str:
    c.oval(0.5, 0.5, 0.4, 0.4, c.near((205, 145, 75), 12))
    c.oval(0.5, 0.5, 0.35, 0.35, c.near((246, 200, 95), 12))
    for _ in range(c.count(6, 12)):
        angle, far = c.between(0, 6.3), c.between(0.05, 0.28)
        size = c.between(0.03, 0.055)
        c.oval(0.5 + far * math.cos(angle), 0.5 + far * math.sin(angle), size, size, c.near(c.pick([(195, 55, 45), (195, 55, 45), (70, 130, 60), (250, 240, 220)])))
    return c.pick(["a pizza", "a whole pizza", "a round pizza", "a pizza with toppings", "a drawing of a pizza"])


def cake(c: Canvas) -> str:
    (name, icing), (_, other) = c.vivid(), c.vivid()
    top = c.between(0.4, 0.5)
    c.box(0.2, top, 0.8, 0.82, c.near((225, 180, 125), 20), None, 1, 0.03)
    c.box(0.2, top, 0.8, top + 0.12, icing, None, 1, 0.04)
    if c.chance(0.6):
        c.box(0.2, 0.66, 0.8, 0.7, other)
    if c.chance(0.75):
        for x in np.linspace(0.32, 0.68, c.count(1, 5)):
            c.box(x - 0.015, top - 0.16, x + 0.015, top, c.vivid()[1])
            c.oval(x, top - 0.2, 0.018, 0.035, (252, 200, 70))
        return c.pick(["a birthday cake", "a cake with candles", "a birthday cake with candles", "a cake", f"a {name} cake"])
    return c.pick(["a cake", f"a cake with {name} icing", "a drawing of a cake", "a piece of cake"])


def ice_cream(c: Canvas) -> str:
    for step in range(c.count(1, 3)):
        c.oval(0.5, 0.42 - step * 0.14, 0.17, 0.15, c.vivid()[1])
    c.shape([(0.34, 0.46), (0.66, 0.46), (0.5, 0.92)], c.near((222, 165, 90), 12))
    return c.pick(["an ice cream", "an ice cream cone", "ice cream in a cone", "a drawing of an ice cream"])


def fruit(c: Canvas) -> str:
    name, colour = c.pick([("apple", "red"), ("apple", "green"), ("orange", "orange"), ("lemon", "yellow"), ("tomato", "red")])
    for _ in range(c.count(1, 3)):
        x, y, size = c.between(0.3, 0.7), c.between(0.35, 0.7), c.between(0.17, 0.28)
        c.oval(x, y, size * (1.2 if name == "lemon" else 1), size, c.near(COLOURS[colour]))
        c.line([(x, y - size), (x + 0.02, y - size - 0.07)], COLOURS["brown"], 4)
        c.oval(x + 0.07, y - size - 0.03, 0.06, 0.025, COLOURS["green"])
    return c.pick([f"a {colour} {name}" if name != colour else "an orange", f"a {name}".replace("a a", "an a").replace("a o", "an o"), "fruit", f"a drawing of {name}s"])


def cup(c: Canvas) -> str:
    name, colour = c.vivid()
    c.oval(0.72, 0.58, 0.1, 0.11, None, colour, 10)
    c.box(0.28, 0.4, 0.7, 0.8, colour, None, 1, 0.05)
    c.oval(0.49, 0.41, 0.21, 0.05, (92, 56, 36))
    for x in (0.4, 0.5, 0.6):
        c.line([(x, 0.32), (x + 0.02, 0.26), (x - 0.01, 0.2), (x + 0.01, 0.14)], (190, 190, 195), 3)
    return c.pick([f"a {name} cup", "a cup of coffee", "a hot drink in a cup", f"a {name} mug", "a cup of tea"])


DRAW: dict[str, tuple[str, Callable[[Canvas], str]]] = {
    "bar-chart": ("bar chart", bar_chart), "line-chart": ("line chart", line_chart), "pie-chart": ("pie chart", pie_chart),
    "scatter-plot": ("scatter plot", scatter_plot), "table": ("spreadsheet", table), "diagram": ("diagram", diagram),
    "receipt": ("receipt", receipt), "document": ("document", document), "form": ("form", form), "handwriting": ("handwritten note", handwriting),
    "street-map": ("map", street_map), "land-map": ("map of land and sea", land_map), "screenshot": ("screenshot", screenshot),
    "chat": ("chat screenshot", chat), "code": ("code screenshot", code), "phone": ("phone screenshot", phone), "qr-code": ("QR code", qr_code),
    "barcode": ("barcode", barcode), "meme": ("meme", meme), "gradient": ("gradient", gradient), "calendar": ("calendar", calendar),
    "pattern": ("pattern", pattern), "mountains": ("drawing of mountains", mountains), "beach": ("drawing of a beach", beach),
    "forest": ("drawing of a forest", forest), "city": ("drawing of a city", city), "night": ("drawing of a night sky", night),
    "house": ("drawing of a house", house), "road": ("drawing of a vehicle", road), "boat": ("drawing of a boat", boat), "sunset": ("sunset", sunset),
    "food": ("drawing of food", food),
}  # fmt: skip
KINDS = {kind: name for kind, (name, _) in DRAW.items()}
BACKDROPS = [mountains, beach, forest, city, house, gradient, sunset]


def cut_out(picture: np.ndarray) -> Image.Image:
    """An emoji without its plain background: everything that the corners flow into turns transparent."""
    image = Image.fromarray(picture)
    marked, hole = image.copy(), (255, 0, 254)
    for corner in ((0, 0), (image.width - 1, 0), (0, image.height - 1), (image.width - 1, image.height - 1)):
        ImageDraw.floodfill(marked, corner, hole, thresh=40)
    opaque = (np.asarray(marked) != hole).any(-1)
    image.putalpha(Image.fromarray((opaque * 255).astype(np.uint8)))
    return image


def scene(c: Canvas, emoji: list[tuple[np.ndarray, str]]) -> str:
    """One or two emoji on a flat background or a drawn landscape."""
    if c.chance(0.5):
        c.pick(BACKDROPS)(c)
    else:
        c.sky(c.near(c.pick(list(COLOURS.values()))), c.near(c.pick(list(COLOURS.values()))))
    names = []
    for place in range(c.pick([1, 1, 1, 2])):
        picture, name = c.pick(emoji)
        size = int(SIDE * c.between(0.35, 0.85) / (1 + 0.5 * place))
        sticker = cut_out(picture).resize((size, size), Image.Resampling.BICUBIC)
        if c.chance(0.4):
            sticker = sticker.rotate(c.between(-15, 15), Image.Resampling.BICUBIC)
        x, y = (int(c.between(0, SIDE - size)) for _ in range(2))
        c.image.paste(sticker, (x, y), sticker)
        names.append(name)
    said = " and ".join(names)
    return c.pick([said, f"a drawing of {said}", f"an illustration of {said}", f"a picture of {said}"])


def build(cache: Path, emoji: list[tuple[np.ndarray, str]], size: int, seed: int = 7) -> None:
    """Draw everything into `synthetic.npy` (uint8 [N, size, size, 3]) and `synthetic.tsv` (kind, split, caption)."""
    jobs = [
        (kind, split, place)
        for kind in [*KINDS, "scene"]
        for split, count in (("train", TRAIN_PER_KIND), ("val", VAL_PER_KIND))
        for place in range(count * (SCENE_FACTOR if kind == "scene" and split == "train" else 1))
    ]
    pictures = np.empty((len(jobs), size, size, 3), np.uint8)
    with (cache / "synthetic.tsv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter="\t", lineterminator="\n")
        lines.writerow(["kind", "split", "caption"])
        for row, (kind, split, _) in enumerate(jobs):
            canvas = Canvas(np.random.default_rng((seed, row)))
            caption = scene(canvas, emoji) if kind == "scene" else DRAW[kind][1](canvas)
            pictures[row] = np.asarray(canvas.image.resize((size, size), Image.Resampling.BICUBIC))
            lines.writerow([kind, split, caption])
    np.save(cache / "synthetic.npy", pictures)

"""A picture that grows downwards: words, legends and panels below one another, and at last one element of SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.pages.drawing.marks import INK, Style, line, points
from sim.pages.drawing.words import END, LINE, MIDDLE, SMALL, both, inert, plain, width
from sim.pages.said import Said

WIDE = 360.0  # units; on a phone about one each, so that letters stay letters
GAP = 8.0
_SWATCH = 18.0
# Text is the reader's machine's to draw: whatever it has for Latin, then what usual systems have for Chinese.
_FONTS = (
    "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "'Source Han Sans SC', 'WenQuanYi Micro Hei', SimHei, sans-serif"
)


@dataclass(slots=True)
class Picture:
    """What was drawn so far.

    Attributes:
        y: where the next part begins.
    """

    y: float = 2.0
    parts: list[str] = field(default_factory=list)

    def add(self, svg: str) -> None:
        """Draw a mark that takes no room of its own."""
        self.parts.append(svg)

    def down(self, height: float) -> None:
        """Go on further below."""
        self.y = round(self.y + height, 1)

    def write(self, said: Said, *, x: float = 0.0, room: float = WIDE, most: int = 2, more: str = "") -> None:
        """Write words, and go on below them."""
        svg, height = both(x, self.y, said, room=room, most=most, more=more)
        self.add(svg)
        self.down(height + 2.0)

    def beside(self, said: Said, figures: str) -> None:
        """Write words at the left and figures at the right of the same line, and go on below them."""
        room = WIDE - width(figures) - GAP
        self.add(plain(WIDE, round(self.y + SMALL, 1), figures, anchor=END))
        self.write(said, room=room)

    def legend(self, entries: Sequence[tuple[Style, Said]], *, shade: float = 0.0) -> None:
        """Write what each series is, below one another.

        Args:
            shade: of the area that stands for its interval; 0 where it has none.
        """
        for look, said in entries:
            middle = round(self.y + SMALL * 0.7, 1)
            if shade:
                self.shade(look.colour, shade)
            self.add(line([(0.0, middle), (_SWATCH, middle)], look) + points([(_SWATCH / 2.0, middle)], look))
            self.write(said, x=_SWATCH + GAP, room=WIDE - _SWATCH - GAP, most=3)

    def blocks(self, entries: Sequence[tuple[str, Said]], *, shade: float = 1.0) -> None:
        """Write what each colour is, below one another."""
        for colour, said in entries:
            self.shade(colour, shade)
            self.write(said, x=_SWATCH + GAP, room=WIDE - _SWATCH - GAP, most=3)

    def shade(self, colour: str, opacity: float) -> None:
        """Draw the swatch of an area beside what is written next."""
        faint = f' fill-opacity="{opacity:g}"' if opacity < 1.0 else ""
        top = round(self.y + SMALL * 0.7 - 5.0, 1)
        self.add(f'<rect x="0" y="{top:g}" width="{_SWATCH:g}" height="10" fill="{colour}"{faint}/>')

    def centred(self, said: Said) -> None:
        """Write words in the middle."""
        svg, height = both(WIDE / 2.0, self.y, said, room=WIDE, anchor=MIDDLE, most=1)
        self.add(svg)
        self.down(height + 2.0)

    def done(self, name: str, title: Said, said: Said) -> str:
        """Return the picture as one element, with its title and what it shows for who cannot see it.

        Args:
            name: of the chart; it must be a name that XML takes.
        """
        high = round(self.y + SMALL * (LINE - 1.0) + 2.0, 1)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {high:g}" role="img" overflow="visible" '
            f'aria-labelledby="{name}-title {name}-desc" font-family="{_FONTS}" font-size="{SMALL:g}" fill="{INK}">'
            f'<title id="{name}-title">{inert(title.en)} / {inert(title.zh)}</title>'
            f'<desc id="{name}-desc">{inert(said.en)} / {inert(said.zh)}</desc>'
            f"{''.join(self.parts)}</svg>"
        )

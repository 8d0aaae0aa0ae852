"""A run as a picture: three curves over time, each on its own scale from zero."""

from html import escape

from tests.soak.watch import Sample

_WIDTH, _HEIGHT, _GAP, _LEFT = 760, 120, 46, 64
_CURVES = (("memory_mb", "memory, MB"), ("descriptors", "file descriptors"), ("backlog", "events waiting"))


def picture(samples: list[Sample], title: str) -> str:
    """An SVG."""
    height = len(_CURVES) * (_HEIGHT + _GAP) + 40
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH + _LEFT + 20} {height}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="12" fill="#333"><title>{escape(title)}</title>'
            '<rect width="100%" height="100%" fill="#fff"/>'
        )
    ]
    for number, (name, label) in enumerate(_CURVES):
        parts += _curve(samples, name, label, 30 + number * (_HEIGHT + _GAP))
    return "\n".join([*parts, "</svg>", ""])


def _curve(samples: list[Sample], name: str, label: str, top: int) -> list[str]:
    values = [float(getattr(each, name)) for each in samples]
    most, last = max(1.0, *values) * 1.1, max(samples[-1].minute, 0.001)
    points = " ".join(
        f"{_LEFT + each.minute / last * _WIDTH:.1f},{top + _HEIGHT - value / most * _HEIGHT:.1f}"
        for each, value in zip(samples, values, strict=True)
    )
    bottom = top + _HEIGHT
    return [
        f'<text x="{_LEFT}" y="{top - 8}" font-weight="600">{label}</text>',
        f'<path d="M{_LEFT} {top}V{bottom}H{_LEFT + _WIDTH}" fill="none" stroke="#999"/>',
        f'<text x="{_LEFT - 6}" y="{top + 10}" text-anchor="end">{most:.0f}</text>',
        f'<text x="{_LEFT - 6}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{_LEFT + _WIDTH}" y="{bottom + 16}" text-anchor="end">{last:.0f} minutes</text>',
        f'<polyline points="{points}" fill="none" stroke="#0b6bcb" stroke-width="1.5"/>',
    ]

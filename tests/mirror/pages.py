"""Pages that the mirror serves: plain tables of invented figures, big enough to be taken for pages."""

from __future__ import annotations


def table_page(title: str = "统计表", figures: int = 12, extra: str = "") -> str:
    """A page with a table of `figures` numbers."""
    rows = "".join(f"<tr><td>地区{number}</td><td>{number * 10}</td></tr>" for number in range(1, figures + 1))
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{extra}<table>{rows}</table></body></html>"


def list_page(*links: tuple[str, str]) -> str:
    """A page of links, given as (address, text)."""
    items = "".join(f'<li><a href="{address}">{text}</a></li>' for address, text in links)
    return f"<html><head><title>列表</title></head><body><ul>{items}</ul><p>{'目录 ' * 20}</p></body></html>"

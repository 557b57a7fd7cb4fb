"""What a catalog file may say of the lists on which the addresses of a source stand."""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import quote

from pydantic import BaseModel, Field, model_validator

from scrapers.catalog_fields import STRICT, Address, Pattern, Words, check_address, check_template, placeholders


class JpageColumns(BaseModel):
    """Columns of a site whose lists are filled by a script of the jpage publishing system (PAGE_FORMATS section 2)."""

    model_config = STRICT

    site: Address
    """Address of the site with a slash at its end, as its lists are asked for: https://www.example.gov.cn/"""
    columns: list[int] = Field(min_length=1)
    """Numbers of the columns: N of `/col/colN/index.html`."""
    unit: int = Field(ge=0)
    """`uid` or `unitid` in the addresses of the column's pages."""
    web: int = Field(default=1, ge=0)
    web_name: Words
    """Name of the site in Chinese, as its own script sends it."""

    def page(self, column: int, number: int) -> str:
        """Address of one page of a column's list, from 1."""
        return (
            f"{self.site}module/web/jpage/dataproxy.jsp?page={number}&webid={self.web}&path={self.site}"
            f"&columnid={column}&unitid={self.unit}&webname={quote(self.web_name)}&permissiontype=0"
        )

    @model_validator(mode="after")
    def _is_a_site(self) -> Self:
        if not re.fullmatch(r"https?://[^/?#]+/", self.site):
            raise ValueError("site: allowed: the address of a whole site with a slash at its end, https://host/")
        if wrong := [column for column in self.columns if column < 1]:
            raise ValueError(f"columns: {wrong[0]} is no number of a column; allowed: ≥ 1")
        return self


class Discovery(BaseModel):
    """Pages that list the addresses of a source: `list_page`, with `more_pages` where they go on, or `jpage`."""

    model_config = STRICT

    list_page: str | None = None
    """Address of the list (its first page), or a template of `{year}` and the source's parts."""
    more_pages: str | None = None
    """The same for its further pages, with `{page}` for their number."""
    first_more: int = Field(default=2, ge=0, le=10)
    """Number of the second page in `more_pages`."""
    jpage: JpageColumns | None = None
    """Columns whose lists are asked of the site's own endpoint."""
    pages: int = Field(default=10, ge=1, le=100)
    """Most pages of one list, where it has more than one."""
    link_pattern: Pattern
    """Regular expression that is searched for in the absolute address of a link."""
    title_pattern: Pattern | None = None
    """Regular expression that is searched for in the text of a link, where the address alone does not tell."""
    max_links: int = Field(default=200, ge=1, le=2000)
    """Most links that are followed from one list, in page order."""

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if (self.list_page is None) == (self.jpage is None):
            raise ValueError("one of list_page and jpage is needed; allowed: list_page (an address), or jpage")
        if self.list_page is not None:
            (check_template if "{" in self.list_page else check_address)(self.list_page)
        if self.more_pages is None:
            return self
        if self.list_page is None or "{page}" not in self.more_pages:
            raise ValueError("more_pages: allowed: beside list_page, an address with {page} for the number of the page")
        check_template(self.more_pages)
        if beyond := set(placeholders(self.more_pages)) - {"page", *placeholders(self.list_page)}:
            raise ValueError(
                f"more_pages has {{{min(beyond)}}}, which list_page has not; allowed: its own and {{page}}"
            )
        return self


def first_page_only(discovery: Discovery, place: str) -> Discovery:
    """The one list whose first page is `place`, without its further pages."""
    columns = discovery.jpage
    if columns is None:
        return discovery.model_copy(update={"list_page": place, "more_pages": None})
    chosen = [column for column in columns.columns if columns.page(column, 1) == place]
    return discovery.model_copy(update={"jpage": columns.model_copy(update={"columns": chosen}), "pages": 1})


def both_templates(discovery: Discovery) -> str:
    """The templates of a list in one text, to be filled with the same values; `{page}` stays."""
    return f"{discovery.list_page}\n{discovery.more_pages or ''}".replace("{page}", "{{page}}")


def pages_of_list(discovery: Discovery, filled: str) -> list[str]:
    """Addresses of the pages of one list, from the two templates with their values filled in."""
    first, _, more = filled.partition("\n")
    numbers = range(discovery.first_more, discovery.first_more + discovery.pages - 1) if more else ()
    return [first, *(more.replace("{page}", str(number)) for number in numbers)]

"""A page as a browser reads it: its elements, and its text."""

from collections.abc import Sequence
from html.parser import HTMLParser

_SILENT = ("style", "script", "title")
_VOID = ("meta", "link", "img", "br", "input")


class ReadPage(HTMLParser):
    """What stands on a page. `elements`: every tag with its attributes; `texts`: what is seen, piece by piece."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1:] == [tag], f"{tag} closes {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            self.style += data
        elif not set(_SILENT) & set(self._open) and data.strip():
            self.texts.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        """Everything that is seen, in order."""
        return "\n".join(self.texts)

    def tags(self) -> set[str]:
        """The kinds of elements on the page."""
        return {tag for tag, _ in self.elements}

    def links(self) -> set[str]:
        """Where its links lead."""
        return {attrs["href"] or "" for tag, attrs in self.elements if tag == "a"}

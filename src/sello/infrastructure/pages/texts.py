"""Texts with versions, kept as files that a lawyer can read: `<version>.<language>.md` in one folder.

A line that begins with `# ` is the title, the paragraph below it the lead; `## ` begins a clause, `- ` a point. Blanks
stand in braces; what fills them stays text, whatever it holds. A blank alone in a point may hold several points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sello.infrastructure.pages.drawing import Clause
from sello.shared.errors import Language

Blanks = Mapping[str, str | int | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text by its parts."""

    title: str
    lead: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Texts:
    """The texts in one folder."""

    folder: Path

    def filled(self, version: str, language: Language, blanks: Blanks) -> Text:
        """This version with its blanks filled; every blank needs its fact."""
        text = _read(self.folder / f"{version}.{language}.md")
        return Text(
            text.title,
            text.lead.format_map(blanks),
            tuple(
                (heading, [said.format_map(blanks) for said in paragraphs], _points(points, blanks))
                for heading, paragraphs, points in text.clauses
            ),
        )


def _points(points: Sequence[str], blanks: Blanks) -> list[str]:
    found = list[str]()
    for point in points:
        many = blanks.get(point[1:-1]) if point[:1] == "{" and point[-1:] == "}" else None
        if isinstance(many, Sequence) and not isinstance(many, str):
            found += many
        else:
            found.append(point.format_map(blanks))
    return found


@cache
def _read(path: Path) -> Text:
    """The file's parts; it is read once in the life of a process."""
    title, lead, clauses = "", list[str](), list[tuple[str, list[str], list[str]]]()
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        text = " ".join(block.split())
        if text.startswith("# "):
            title = text[2:]
        elif text.startswith("## "):
            clauses.append((text[3:], [], []))
        elif text.startswith("- "):
            clauses[-1][2].extend(" ".join(point.split()) for point in f"\n{block}".split("\n- ") if point.strip())
        elif clauses:
            clauses[-1][1].append(text)
        else:
            lead.append(text)
    return Text(title, " ".join(lead), tuple(clauses))

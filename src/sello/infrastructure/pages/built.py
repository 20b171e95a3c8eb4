"""The web apps as they were built: documents that the server fills before it sends them, and the files they load."""

import gzip
import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from sello.infrastructure.pages.drawing import Drawn, Sign, colours_as_style
from sello.shared.errors import Language, Refused

FOLDER: Final = Path(__file__).parents[2] / "web"
_KINDS: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
_PACKED: Final = (".js", ".css", ".svg", ".wasm", ".webmanifest", ".json", ".txt")
_MARKS: Final = Environment(autoescape=True, undefined=StrictUndefined)
_PLAIN: Final = Markup('<noscript><main class="plain"><h1>{}</h1><p>{}</p></main></noscript>')
_NOT_BUILT: Final = "pages_not_built"


@dataclass(frozen=True, slots=True)
class WebFile:
    """A built file. `packed`: the same as gzip, where that is smaller; `lasting`: its content is in its name."""

    body: bytes
    packed: bytes | None
    media_type: str
    tag: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What a link says of a page before anybody opens it. `picture`: its address on our own origin, 1200 by 630."""

    title: str
    description: str
    address: str
    picture: str | None = None
    manifest: str | None = None
    listed: bool = True


class BuiltPages:
    """Everything of one build, read once; `make run` and `make test` build before they start."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files: dict[str, WebFile] = {}
        self._documents = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.suffix == ".html":
                self._documents[name.removesuffix(".html")] = _MARKS.from_string(path.read_text())
            elif path.suffix in _KINDS:
                self._files[name] = _read(path, lasting="/assets/" in name)

    def file(self, name: str) -> WebFile | None:
        """A file by its name below `/web/`."""
        return self._files.get(name)

    def document(
        self, name: str, language: Language, sign: Sign, summary: Summary, *, data: Mapping[str, Any], plain: str
    ) -> Drawn:
        """The document with its shop in it: what a link shows, the two colours, `data` for the script, and `plain`
        for browsers without one. Refuses pages_not_built.
        """
        template = self._documents.get(name)
        if template is None:
            raise Refused(_NOT_BUILT)
        style = colours_as_style(sign)
        html = template.render(
            lang="es-PE" if language == "es" else "en",
            title=summary.title,
            head=_head(summary, sign, language, style),
            noscript=_PLAIN.format(sign.name, plain),
            data=_data(data),
        ).encode()
        digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
        return Drawn(html, app_policy(style=f"'sha256-{digest}'"), f'"{hashlib.sha256(html).hexdigest()[:32]}"')

    def program(self, name: str, language: Language, summary: Summary, *, data: Mapping[str, Any], plain: str) -> Drawn:
        """The document of a program that knows no shop before somebody signs in. Its script gets `nonce` beside `data`:
        the one word of this answer by which styles made later are allowed. Refuses pages_not_built.
        """
        template = self._documents.get(name)
        if template is None:
            raise Refused(_NOT_BUILT)
        nonce = secrets.token_urlsafe(18)
        html = template.render(
            lang="es-PE" if language == "es" else "en",
            title=summary.title,
            head=_named({"description": summary.description, "robots": "noindex"}),
            noscript=_PLAIN.format(summary.title, plain),
            data=_data({**data, "nonce": nonce}),
        ).encode()
        return Drawn(html, app_policy(style=f"'nonce-{nonce}'"), f'"{nonce}"')


def app_policy(*, style: str = "") -> str:
    """What a page with a program may load: nothing from elsewhere, no script that stands in the page.

    WebAssembly reads codes from the camera; blob: and data: are its pictures.
    """
    styles = f"'self' {style}".strip()
    return (
        f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src {styles}; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )


def _read(path: Path, *, lasting: bool) -> WebFile:
    body = path.read_bytes()
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in _PACKED else None
    return WebFile(
        body,
        packed if packed is not None and len(packed) < len(body) else None,
        _KINDS[path.suffix],
        f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        lasting,
    )


def _head(summary: Summary, sign: Sign, language: Language, style: str) -> Markup:
    named = {"description": summary.description, "theme-color": sign.dark}
    if not summary.listed:
        named["robots"] = "noindex"
    told = {
        "og:type": "website",
        "og:site_name": sign.name,
        "og:title": summary.title,
        "og:description": summary.description,
        "og:url": summary.address,
        "og:locale": "es_PE" if language == "es" else "en_US",
    }
    if summary.picture:
        told |= {"og:image": summary.picture, "og:image:width": "1200", "og:image:height": "630"}
        named["twitter:card"] = "summary_large_image"
    lines = [_named(named)]
    lines += [Markup('<meta property="{}" content="{}" />').format(*each) for each in told.items()]
    lines.append(Markup('<link rel="canonical" href="{}" />').format(summary.address))
    if summary.manifest:
        lines.append(Markup('<link rel="manifest" href="{}" />').format(summary.manifest))
    lines.append(Markup("<style>{}</style>").format(Markup(style)))  # noqa: S704  # colours were matched one by one
    return Markup("\n    ").join(lines)


def _named(facts: Mapping[str, str]) -> Markup:
    return Markup("\n    ").join(Markup('<meta name="{}" content="{}" />').format(*each) for each in facts.items())


def _data(data: Mapping[str, Any]) -> Markup:
    return Markup('<script type="application/json" id="data">{}</script>').format(_for_a_script(data))


def _for_a_script(data: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  # no letter of markup is left

"""What speaks S3 on loopback: put, get, head and delete in one bucket, refusing whatever is not signed as it should be.

The signature (AWS Signature Version 4) is computed here a second time, from the secret, of header and presigned
requests alike; so a client that signs wrongly, or a link that is changed or too old, gets 403 as it would from Amazon.
"""

import hashlib
import hmac
import re
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

KEY, SECRET, REGION = "AKIATEST", "only/for+tests", "us-east-1"


class Bucket:
    """The server and what it holds: path -> (content type, disposition, bytes)."""

    def __init__(self, name: str = "sello-files", *, port: int = 0) -> None:
        self.name = name
        self.objects: dict[str, tuple[str, str, bytes]] = {}
        self.versions: dict[str, list[bytes | None]] = {}  # as a versioned bucket keeps them; None where it was deleted
        self.asked: dict[str, dict[str, str]] = {}  # path -> what was asked of its encryption
        self.refused: list[str] = []
        self.ahead = timedelta(0)  # how far its clock is in front of ours
        handler = type("Handler", (_Handler,), {"bucket": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """For S3_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    bucket: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        if (key := self._allowed(data)) is not None:
            kind = self.headers.get("content-type", ""), self.headers.get("content-disposition", "")
            self.bucket.objects[key] = (*kind, data)
            self.bucket.versions.setdefault(key, []).append(data)
            encryption = "x-amz-server-side-encryption"
            self.bucket.asked[key] = {k.lower(): v for k, v in self.headers.items() if k.lower().startswith(encryption)}
            self._answer(200, {"etag": f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'})

    def do_GET(self) -> None:
        self._read()

    def do_HEAD(self) -> None:
        self._read()

    def do_DELETE(self) -> None:
        if (key := self._allowed(b"")) is not None:
            self._forget(key)
            self._answer(204, {})

    def do_POST(self) -> None:
        """Delete several at once, which is how the client deletes one too."""
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self._allowed(data) is not None:
            keys = re.findall(r"<Key>(.*?)</Key>", data.decode())
            for key in keys:
                self._forget(key)
            gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            self._answer(200, {"content-type": "application/xml"}, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def _forget(self, key: str) -> None:
        if self.bucket.objects.pop(key, None):
            self.bucket.versions[key].append(None)

    def _read(self) -> None:
        if (key := self._allowed(b"")) is None:
            return
        if key not in self.bucket.objects:
            self._answer(404, {})
            return
        kind, disposition, data = self.bucket.objects[key]
        about = {
            "content-type": kind, "content-disposition": disposition, "etag": '"x"',
            "last-modified": "Mon, 23 Nov 2026 00:00:00 GMT",
        }  # fmt: skip
        self._answer(200, about, data)

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers | {"content-length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _allowed(self, data: bytes) -> str | None:
        """The object's key, when the request is signed for this bucket and in time; else it is answered here."""
        parts = urlsplit(self.path)
        folder, _, key = unquote(parts.path).lstrip("/").partition("/")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        problem = "no such bucket" if folder != self.bucket.name else self._problem(parts.path, query, data)
        if problem:
            self.bucket.refused.append(problem)
            self._answer(403, {}, problem.encode())
            return None
        return key

    def _problem(self, path: str, query: dict[str, str], data: bytes) -> str:
        now = datetime.now(UTC) + self.bucket.ahead
        if given := query.pop("X-Amz-Signature", ""):
            fields = {"Credential": query["X-Amz-Credential"], "SignedHeaders": query["X-Amz-SignedHeaders"]}
            moment, hashed, lifetime = query["X-Amz-Date"], "UNSIGNED-PAYLOAD", int(query["X-Amz-Expires"])
        elif "authorization" in self.headers:
            said = self.headers["authorization"].removeprefix("AWS4-HMAC-SHA256 ")
            fields = dict(part.strip().split("=", 1) for part in said.split(","))
            moment, hashed, lifetime = self.headers["x-amz-date"], self.headers["x-amz-content-sha256"], 900
            given = fields["Signature"]
            if hashed not in ("UNSIGNED-PAYLOAD", hashlib.sha256(data).hexdigest()):
                return "the body is another"
        else:
            return "not signed"
        if now > datetime.strptime(moment, "%Y%m%dT%H%M%S%z") + timedelta(seconds=lifetime):
            return "too old"
        wanted = self._signature(path, query, fields, moment, hashed)
        return "" if hmac.compare_digest(wanted, given) else "the signature is another"

    def _signature(self, path: str, query: dict[str, str], fields: dict[str, str], moment: str, hashed: str) -> str:
        names = fields["SignedHeaders"].split(";")
        canonical = "\n".join(
            [
                self.command,
                quote(unquote(path), safe="/~-_."),
                "&".join(f"{quote(k, safe='~-_.')}={quote(v, safe='~-_.')}" for k, v in sorted(query.items())),
                *(f"{name}:{' '.join(self.headers[name].split())}" for name in names),
                "",
                ";".join(names),
                hashed,
            ]
        )
        key, scope = fields["Credential"].split("/", 1)
        day = moment[:8]
        if (key, scope) != (KEY, f"{day}/{REGION}/s3/aws4_request"):
            return "nobody's"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        secret = f"AWS4{SECRET}".encode()
        for part in (day, REGION, "s3", "aws4_request"):
            secret = hmac.digest(secret, part.encode(), "sha256")
        return hmac.digest(secret, text.encode(), "sha256").hex()

"""Mail: what goes over the wire, what stands in the file, and nothing personal in the log."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from structlog.testing import capture_logs

from sello.infrastructure.mail import TEXTS, Kind, Message, compose
from sello.infrastructure.mail.client import OUTBOX, FileMailer, SmtpMailer, mailer

HELLO = Message(
    "0198f000-0000-7000-8000-000000000001", "rosa.quispe@example.pe", "¡Hola, Ñusta!", "Un enlace: https://x/#t\n"
)
SENDER = "sello <no-reply@example.pe>"


class Post:
    """A mail server of a few lines: takes mail, or refuses every recipient."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.mails: list[EmailMessage] = []
        self.heard: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post.example.pe\r\n")
        while line := (await reader.readline()).decode().strip():
            self.heard.append(line)
            verb = line.split()[0].upper()
            if verb == "EHLO":
                writer.write(b"250-post.example.pe\r\n250 AUTH PLAIN LOGIN\r\n")
            elif verb == "AUTH":
                writer.write(b"235 welcome\r\n")
            elif verb == "RCPT" and self.refuses:
                writer.write(b"550 nobody here\r\n")
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(raw.removesuffix(b".\r\n"), EmailMessage, policy=policy.default))
                writer.write(b"250 taken\r\n")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 fine\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(post: Post) -> AsyncIterator[int]:
    server = await asyncio.start_server(post, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_mail_by_smtp() -> None:
    post = Post()
    async with serving(post) as port:
        with capture_logs() as logs:
            await mailer(f"smtp://rosa:p%40ss@127.0.0.1:{port}", folder=Path("unused"), sender=SENDER).send(HELLO)
    (mail,) = post.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (HELLO.to, SENDER, HELLO.subject)
    assert mail["Message-ID"] == f"<{HELLO.id}@sello>"
    assert mail.get_content().splitlines() == HELLO.text.splitlines()
    assert any(line.startswith("AUTH") for line in post.heard)
    assert [(line["service"], line["outcome"]) for line in logs] == [("smtp", "ok")]
    assert "rosa" not in json.dumps(logs, default=str)


async def test_a_mail_nobody_takes_is_an_error_for_the_job_to_try_again() -> None:
    async with serving(Post(refuses=True)) as port:
        with capture_logs() as logs, pytest.raises(aiosmtplib.SMTPException):
            await SmtpMailer(f"smtp://127.0.0.1:{port}", sender=SENDER).send(HELLO)
    assert [(line["service"], line["outcome"]) for line in logs] == [("smtp", "failed")]
    assert "rosa" not in json.dumps(logs, default=str)


@pytest.mark.parametrize("url", ["mail.example.pe:25", "http://mail.example.pe", "smtp://", "smtps:///x"])
def test_an_address_that_is_none_says_so(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL must look like"):
        SmtpMailer(url, sender=SENDER)


async def test_without_a_server_mail_goes_into_a_file_line_by_line(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    post = mailer(None, folder=folder, sender=SENDER)
    assert isinstance(post, FileMailer)
    with capture_logs() as logs:
        await asyncio.gather(*(post.send(HELLO) for _ in range(50)))
    lines = [json.loads(line) for line in (folder / OUTBOX).read_text().splitlines()]
    assert len(lines) == 50
    assert {(line["to"], line["subject"], line["text"]) for line in lines} == {(HELLO.to, HELLO.subject, HELLO.text)}
    assert (folder / OUTBOX).stat().st_mode & 0o077 == 0
    assert "rosa" not in json.dumps(logs, default=str)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("locale", ["es-PE", "en-US", "qu"])
def test_every_text_is_there_in_both_languages(kind: Kind, locale: str) -> None:
    name, business, link = "Rosa {business}", "Café {link}", "https://x/#token=t"
    text = compose(kind, locale, name=name, business=business, link=link)
    assert name in text.body
    assert link in text.body
    assert "\n" not in text.subject
    assert text.body.startswith("Hello" if locale == "en-US" else "Hola")

"""Receivers on this machine: a web server and a mail server that keep what they get, and misbehave when told to."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import socketserver
import ssl
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SELDOM = 30.0
"""Seconds: longer than anybody waits for an answer."""


class WebReceiver:
    """Takes POST requests on loopback; `answers` are given in turn, the last one for ever."""

    def __init__(self, *answers: int | str) -> None:
        self.answers = list(answers) or [200]
        self.got: list[tuple[str, dict[str, str], Any]] = []
        """Path, headers, and the body as JSON."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), json.loads(body)))
                answer = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                if answer == "hang":
                    receiver.stop.wait(SELDOM)
                elif answer == "drip":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
                    while not receiver.stop.wait(0.2):
                        self.wfile.write(b"a")
                elif isinstance(answer, str):
                    self._answer(200, answer.encode())
                else:
                    self._answer(answer, b"")

            def _answer(self, code: int, body: bytes) -> None:
                self.send_response(code)
                if code == 302:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # who asked has gone

        self.stop = threading.Event()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self.server.shutdown()
        self.server.server_close()


class MailReceiver:
    """A mail server on loopback, as far as a client that sends one mail notices. With `certificate` it offers TLS."""

    def __init__(self, *, certificate: Path | None = None, password: str | None = None, refuse: str = "") -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.logins: list[str] = []
        self.was_encrypted: list[bool] = []
        self.certificate, self.password, self.refuse = certificate, password, refuse
        receiver = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                receiver.serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads = True, True

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        """One session."""
        if self.refuse == "silence":
            time.sleep(SELDOM)
        stream, encrypted, sender, recipients = connection.makefile("rwb", buffering=0), False, "", []

        def say(line: str) -> None:
            stream.write(line.encode() + b"\r\n")

        say("220 here")
        while line := stream.readline():
            word, _, rest = line.decode().strip().partition(" ")
            match word.upper():
                case "EHLO":
                    offered = ["STARTTLS"] if self.certificate and not encrypted else []
                    offered += ["AUTH PLAIN"] if self.password else []
                    for each in ["here", *offered][:-1]:
                        say(f"250-{each}")
                    say(f"250 {['here', *offered][-1]}")
                case "STARTTLS":
                    say("220 go on")
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(str(self.certificate))
                    stream = context.wrap_socket(connection, server_side=True).makefile("rwb", buffering=0)
                    encrypted = True
                case "AUTH":
                    self.logins.append(rest)
                    say("235 fine" if self.password and not self.refuse else f"535 no, not {rest}")
                case "MAIL":
                    sender, recipients = rest, []
                    say("250 fine")
                case "RCPT":
                    recipients.append(rest.partition("<")[2].rstrip(">"))
                    say("550 unknown" if self.refuse == "recipient" else "250 fine")
                case "DATA":
                    say("354 go on")
                    lines = []
                    while (line := stream.readline()) not in (b".\r\n", b""):
                        lines.append(line[1:] if line.startswith(b"..") else line)
                    self.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
                    self.envelopes.append((sender, recipients))
                    self.was_encrypted.append(encrypted)
                    say("250 fine")
                case "QUIT":
                    say("221 bye")
                    return
                case _:
                    say("250 fine")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()


def own_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key, as one PEM file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "own.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path

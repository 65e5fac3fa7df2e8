"""Errors of the network by name, and what is wrong with a site's TLS, against a small server on loopback."""

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from service_identity import VerificationError
from twisted.internet import error as twisted_errors
from twisted.python.failure import Failure
from twisted.web._newclient import ResponseNeverReceived

from newscrawl.middlewares.network_errors import error_name, tls_problem
from newscrawl.middlewares.redirects import moved_to
from newscrawl.middlewares.refusals import TruncatedError
from newscrawl.replica import Fault
from tests.crawling import Crawl, StartReplica

TODAY = datetime.now(UTC)


def certificate(folder: Path, name: str, first_day: datetime, days: int) -> tuple[Path, Path]:
    """Write a certificate that is signed by its own key, and the key; return both files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(first_day)
        .not_valid_after(first_day + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


class Server:
    """Accepts connections on loopback, says something or speaks TLS, and closes them."""

    def __init__(self, files: tuple[Path, Path] | None = None, says: bytes = b"") -> None:
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        if files is not None:
            self._context.load_cert_chain(*files)
        self._files, self._says = files, says
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            try:
                if self._files is None:
                    connection.sendall(self._says)
                    connection.recv(65536)
                else:
                    with self._context.wrap_socket(connection, server_side=True) as secured:
                        secured.recv(65536)
            except OSError:
                # The client refuses the certificate: that is what it is for.
                pass
            finally:
                connection.close()

    def close(self) -> None:
        """Let no further connection in."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Return a server whose certificate, for `localhost`, is signed by its own key."""
    made = Server(certificate(tmp_path, "localhost", TODAY - timedelta(days=1), 2))
    yield made
    made.close()


def test_a_certificate_that_is_signed_by_its_own_key_is_named(server: Server) -> None:
    assert tls_problem("localhost", server.port) == "its certificate is self-signed"


@pytest.mark.parametrize(
    ("name", "first_day", "host", "problem"),
    [
        ("localhost", -1, "localhost", ""),
        ("localhost", -9, "localhost", "its certificate has expired, by this machine's clock"),
        ("localhost", +5, "localhost", "its certificate is not valid yet, by this machine's clock"),
        ("other.example", -1, "localhost", "its certificate is for another host"),
        ("localhost", -1, "127.0.0.1", "its certificate is for another host"),
    ],
)
def test_what_is_wrong_with_a_certificate_of_a_known_authority_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, first_day: int, host: str, problem: str
) -> None:
    files = certificate(tmp_path, name, TODAY + timedelta(days=first_day), 2)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    server = Server(files)
    try:
        assert tls_problem(host, server.port) == problem
    finally:
        server.close()


def test_a_server_that_does_not_speak_tls_is_named() -> None:
    server = Server(says=b"HTTP/1.0 400 Bad Request\r\n\r\n")
    try:
        assert tls_problem("127.0.0.1", server.port).startswith("it does not speak TLS as this machine does (")
    finally:
        server.close()


def test_a_server_that_is_not_there_has_no_problem_with_tls() -> None:
    server = Server()
    server.close()
    assert tls_problem("127.0.0.1", server.port, 1) == ""


def of_twisted(*errors: BaseException) -> ResponseNeverReceived:
    return ResponseNeverReceived([Failure(each) for each in errors])  # type: ignore[no-untyped-call]


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (SSL.Error([("SSL routines", "", "certificate verify failed")]), "tls"),
        (VerificationError([]), "tls"),
        (of_twisted(SSL.Error([])), "tls"),
        (of_twisted(twisted_errors.ConnectionLost(), VerificationError([])), "tls"),
        (caused(DownloadFailedError("no page"), of_twisted(SSL.Error([]))), "tls"),
        (of_twisted(twisted_errors.ConnectionLost()), "connection_lost"),
        (caused(DownloadFailedError("tls"), of_twisted(twisted_errors.ConnectionLost("SSL"))), "connection_lost"),
        (of_twisted(), "connection_lost"),
        # The outer type decides where it says anything: a time that ran out in the middle of a handshake.
        (caused(TimeoutError(), SSL.Error([])), "timeout"),
        (TruncatedError("tls"), "truncated"),
        (IgnoreRequest("tls"), "ignored"),
    ],
)
def test_an_error_is_named_by_its_type_and_by_what_it_was_made_from(error: BaseException, name: str) -> None:
    assert error_name(error) == name


@pytest.mark.parametrize(
    ("target", "site"),
    [
        ("https://new.example/a/b?c", "https://new.example"),
        ("//new.example:8080/", "http://new.example:8080"),
        ("/elsewhere", "http://x.net"),
        ("mailto:desk", ""),
        ("http://[new/", ""),
    ],
)
def test_the_site_that_a_redirect_leads_to_is_named(target: str, site: str) -> None:
    assert moved_to("http://x.net/a", target) == site


def test_a_crawl_blames_a_certificate_that_nobody_vouches_for(crawl: Crawl, server: Server) -> None:
    run = crawl(None, site=f"https://localhost:{server.port}")
    assert run.status == 3
    assert "its robots.txt cannot be read (its certificate is self-signed)" in run.last_line


@pytest.mark.parametrize("path", ["^/robots.txt$", "^/(?!robots)"])
def test_a_crawl_names_the_site_that_a_site_moved_to(crawl: Crawl, replica: StartReplica, path: str) -> None:
    site = replica(articles=4)
    site.faults.append(Fault(kind="redirect", path=path, location="https://new.example.test/home"))
    run = crawl(site)
    assert run.status == 3
    assert f"site moved (status 3): {site.url} leads to another site: https://new.example.test." in run.last_line

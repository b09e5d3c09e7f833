"""A company's identity service, small and real: OpenID Connect over HTTP on a port of this machine; a test may change all it says."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "heard", "a secret of the two"
KEY, STRANGERS_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
LEFT_OUT = object()


@dataclass
class Company:
    """`person`: what it knows of whoever is at the screen. The other fields are what a test makes it do otherwise."""

    url: str = ""
    person: dict = field(default_factory=lambda: {"sub": "s-1", "email": "lin@example.test", "email_verified": True})
    # Changes of what the token says; LEFT_OUT leaves a claim out.
    claims: dict = field(default_factory=dict)
    info: dict = field(default_factory=dict)
    discovery: dict = field(default_factory=dict)
    key: object = KEY
    algorithm: str = "RS256"
    no_token: bool = False
    down: bool = False
    asked: list[dict] = field(default_factory=list)
    _codes: dict = field(default_factory=dict)

    def at_authorize(self, query: dict) -> str:
        """The person says yes: return the address to go back to."""
        self.asked.append(query)
        assert query["client_id"] == CLIENT and query["response_type"] == "code" and "openid" in query["scope"].split()
        code = secrets.token_urlsafe(8)
        self._codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def at_token(self, form: dict) -> dict | None:
        """Tokens for a code; None when the asker can't show that it is the one who was sent here. A code works once."""
        asked = self._codes.pop(form.get("code"), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        proved = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if not asked or not proved or asked["code_challenge"] != challenge or asked["redirect_uri"] != form.get("redirect_uri"):
            return None
        answer = {"access_token": "access", "token_type": "Bearer", "expires_in": 300}
        return answer if self.no_token else answer | {"id_token": self.token(asked)}

    def token(self, asked: dict) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")} | self.person | self.claims
        claims = {name: value for name, value in claims.items() if value is not LEFT_OUT}
        key = self.key if self.algorithm != "none" else None
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "one"})

    def at_discovery(self) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
        } | self.discovery

    @staticmethod
    def at_keys() -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}


class _Handler(BaseHTTPRequestHandler):
    company: Company

    def do_GET(self):
        path, company = urlsplit(self.path), self.company
        if company.down:
            return self._json(503, {})
        if path.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", company.at_authorize(dict(parse_qsl(path.query))))
            self.end_headers()
            return None
        pages = {
            "/.well-known/openid-configuration": company.at_discovery,
            "/keys": company.at_keys,
            "/userinfo": lambda: company.person | company.info,
        }
        if path.path == "/userinfo" and self.headers.get("Authorization") != "Bearer access":
            return self._json(401, {})
        return self._json(200, pages[path.path]())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = self.company.at_token({name: values[0] for name, values in parse_qs(body).items()})
        self._json(200 if answer else 400, answer or {"error": "invalid_grant"})

    def _json(self, status: int, body: dict) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args) -> None:
        """Quiet."""


@contextmanager
def company_at_work():
    """Yield a `Company` that answers at its `url` until the end."""
    company = Company()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"company": company}))
    company.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield company
    server.shutdown()
    server.server_close()
    thread.join(10)

"""A small OpenID provider that really runs: discovery, keys, authorisation and token over HTTP on 127.0.0.1.

``twist`` changes what it says, as a broken or evil one would.
"""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "lotsen", "a secret of forty characters, just for us"


class Provider:
    """The provider; ``claims`` are what it says about the person who comes."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.other_key = RSAKey.generate_key(2048, {"kid": "k1"})
        self.app = Flask("provider")
        self.app.add_url_rule("/.well-known/openid-configuration", view_func=self.configuration)
        self.app.add_url_rule("/elsewhere", view_func=self.elsewhere)
        self.app.add_url_rule("/jwks", view_func=self.jwks)
        self.app.add_url_rule("/authorize", view_func=self.authorize)
        self.app.add_url_rule("/token", view_func=self.token, methods=["POST"])
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.reset()

    def reset(self) -> None:
        """As an honest provider before anybody came."""
        self.claims: dict[str, Any] = {"sub": "s-1", "email": "karin@example.org", "email_verified": True}
        self.twist: Callable[[dict[str, Any]], Any] = lambda claims: claims
        self.says: dict[str, Any] = {}
        self.leads_on: set[str] = set()
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []

    def start(self) -> "Provider":
        """Answer from now on."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """Answer no more."""
        self.server.shutdown()
        self.server.server_close()

    def configuration(self) -> Any:
        """Discovery."""
        if "configuration" in self.leads_on:
            return redirect(f"{self.issuer}/elsewhere")
        return self.elsewhere()

    def elsewhere(self) -> Any:
        """What discovery says, wherever it is asked."""
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }
        return jsonify({**said, **self.says})

    def jwks(self) -> Any:
        """The public key."""
        return jsonify(keys=[self.key.as_dict(private=False)])

    def authorize(self) -> Any:
        """The person has logged in there and agrees."""
        args = request.args.to_dict()
        self.asked.append(args)
        code = f"code-{len(self.codes)}"
        self.codes[code] = args
        return redirect(f"{args['redirect_uri']}?{urlencode({'code': code, 'state': args['state']})}")

    def token(self) -> Any:
        """A code once, from the client who asked, with the word behind its challenge."""
        if "token" in self.leads_on:
            return redirect(f"{self.issuer}/token?again", code=307)
        asked = self.codes.pop(request.form.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        secret = request.headers.get("Authorization") == f"Basic {known}"
        word = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(word).rstrip(b"=").decode()
        if asked is None or not secret or asked["redirect_uri"] != request.form["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        if asked.get("code_challenge_method") != "S256" or challenge != asked.get("code_challenge"):
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        said = self.twist({**claims, **self.claims})
        return jsonify(access_token="at", token_type="Bearer", **({"id_token": self.sign(said)} if said else {}))

    def signed(self, claims: dict[str, Any]) -> str:
        """As it should be."""
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    def signed_by_another(self, claims: dict[str, Any]) -> str:
        """With a key that is not ours."""
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.other_key)

    def signed_with_the_public_key(self, claims: dict[str, Any]) -> str:
        """HS256 with what everybody can read as the secret."""
        pem = self.key.as_pem(private=False)
        body = self.signed(claims).split(".")[1]
        head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"k1"}').rstrip(b"=").decode()
        signature = hmac.new(pem, f"{head}.{body}".encode(), hashlib.sha256).digest()
        return f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def not_signed(self, claims: dict[str, Any]) -> str:
        """Algorithm "none"."""
        head, body, _signature = self.signed(claims).split(".")
        head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        return f"{head}.{body}."

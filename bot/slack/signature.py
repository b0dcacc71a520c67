"""Whether a request over HTTP was signed by Slack, with the app's signing secret, within five minutes."""

import re
from collections.abc import Mapping

from slack_sdk.signature import SignatureVerifier


class SignatureCheck:
    """Checks signatures."""

    def __init__(self, signing_secret: str) -> None:
        self._verifier = SignatureVerifier(signing_secret)

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether Slack signed the `body`; `headers` by their names in any case."""
        named = {name.lower(): value for name, value in headers.items()}
        # A timestamp that is no number, or a signature that is not ASCII, would break the check.
        stamped = re.fullmatch(r"[0-9]{1,12}", named.get("x-slack-request-timestamp", ""))
        signature = named.get("x-slack-signature", "")
        return bool(stamped and signature.isascii() and self._verifier.is_valid_request(body, named))

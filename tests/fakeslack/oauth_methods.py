"""Installing the app: codes for tokens, and tokens that end for fresh ones."""

import base64
import secrets
from typing import Any

from tests.fakeslack.state import CLIENT_ID, CLIENT_SECRET, Install, Refused, State

Body = dict[str, Any]
# What Slack gives a token that rotates.
LIFE_SECONDS = 43_200


class OAuthMethods:
    """`oauth.v2.access`; raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state
        # How long tokens are said to live.
        self.life = LIFE_SECONDS

    def access(self, authorization: str, body: Body) -> Body:
        """The token for a code, or for a refresh token."""
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if given != f"{CLIENT_ID}:{CLIENT_SECRET}":
            raise Refused("bad_client_secret")
        if body.get("grant_type") == "refresh_token":
            return self._told(self._renewed(str(body.get("refresh_token"))))
        install = self._state.codes.pop(str(body.get("code")), None)
        if install is None:
            raise Refused("invalid_code")
        self._state.installs[install.token] = install
        return self._told(install)

    def _renewed(self, refresh: str) -> Install:
        """The old token ends at once, and so does what renewed it."""
        install = next((one for one in self._state.installs.values() if one.refresh == refresh), None)
        if install is None or not refresh:
            raise Refused("invalid_refresh_token")
        self._state.ended.add(install.token)
        del self._state.installs[install.token]
        install.token, install.refresh = f"xoxe.xoxb-{secrets.token_hex(8)}", f"xoxe-{secrets.token_hex(8)}"
        self._state.installs[install.token] = install
        return install

    def _told(self, install: Install) -> Body:
        org_wide = self._state.org_wide and install.enterprise != ""
        about = {
            "access_token": install.token,
            "token_type": "bot",
            "scope": self._state.scopes,
            "bot_user_id": install.user,
            "app_id": "A0000000001",
            "team": None if org_wide else {"id": install.team, "name": f"Team {install.team}"},
            "enterprise": {"id": install.enterprise, "name": "Fake Org"} if install.enterprise else None,
            "is_enterprise_install": org_wide,
            "authed_user": {"id": "U0INSTALLER"},
        }
        if install.rotates:
            about |= {"refresh_token": install.refresh, "expires_in": self.life}
        return about

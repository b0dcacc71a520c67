"""Whether Slack still takes the bot's token: what every call learns of it, as sentences for /healthz."""

import logging

from bot.slack.scopes import NEEDED

_LOG = logging.getLogger("onrecord.slack")
# What to do, where there is one token, and where each workspace got its own by OAuth.
COPY, INSTALL = (
    "install the app again, copy the new token, and restart the bot",
    "install the app there again",
)
_DEAD = {
    "invalid_auth": "Slack does not know the bot's token",
    "not_authed": "Slack does not know the bot's token",
    "account_inactive": "The app was removed from the workspace",
    "token_revoked": "The bot's token was revoked",
    "token_expired": "The bot's token has expired",
    "app_uninstalled": "The app was removed from the workspace",
}


class TokenHealth:
    """What is known of the token."""

    def __init__(self, remedy: str = COPY) -> None:
        """`remedy` is what to do where the token is dead."""
        self._remedy = remedy
        self._dead = ""
        self._missing: dict[str, str] = {}

    def problems(self) -> list[str]:
        """What is wrong with it, a sentence each."""
        return [*filter(None, [self._dead]), *self._missing.values()]

    def failed(self, error: str, scope: str = "") -> None:
        """A call failed with Slack's word for it, and for a scope that is missing."""
        if error in _DEAD:
            self._note(f"{_DEAD[error]}; {self._remedy}.")
        elif error == "missing_scope":
            lacking = [one for one in scope.split(",") if one in NEEDED]
            if lacking and scope not in self._missing:
                lost = "; ".join(NEEDED[one] for one in lacking)
                self._missing[scope] = (
                    f"The scope {' or '.join(lacking)} is missing ({lost}); "
                    "add it under OAuth & Permissions, reinstall the app, and restart the bot."
                )
                _LOG.error("%s", self._missing[scope])

    def uninstalled(self) -> None:
        """Slack says that the app is gone from the workspace, or that its token is."""
        self._note(f"{_DEAD['app_uninstalled']}; {self._remedy}.")

    def worked(self) -> None:
        """A call went well."""
        if self._dead:
            _LOG.warning("Slack takes the bot's token again.")
            self._dead = ""

    def _note(self, sentence: str) -> None:
        if sentence != self._dead:
            self._dead = sentence
            _LOG.error("%s", sentence)

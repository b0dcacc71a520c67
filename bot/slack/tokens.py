"""What gives access to Slack, and whom it speaks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.client import reaching, why
from bot.slack.settings import SlackSettings
from index.errors import UsageError

_UNKNOWN = "it does not know the token in SLACK_BOT_TOKEN; copy it again from OAuth & Permissions"
_WRONG = {
    "invalid_auth": _UNKNOWN,
    "not_authed": _UNKNOWN,
    "account_inactive": "the app was removed from the workspace; install it again, and copy the new token",
    "token_revoked": "the token was revoked; install the app again, and copy the new token",
    "token_expired": "the token has expired; turn token rotation off, or copy a new one",
}


@dataclass(frozen=True, repr=False)
class Tokens:
    """What gives access to Slack; never shown.

    With a `client_id` each workspace has a bot token of its own, and `bot` is empty.
    """

    bot: str
    app: str
    signing: str
    client_id: str = ""
    client_secret: str = ""


@dataclass(frozen=True)
class Identity:
    """Whom a token speaks for. `team` is the workspace, or the organisation if it is installed org-wide."""

    team: str
    user: str
    name: str = ""
    enterprise: str = ""
    bot: str = ""
    org_wide: bool = False
    scopes: tuple[str, ...] = field(default=())


def tokens_of(environment: Mapping[str, str], *, http: bool) -> Tokens:
    """The tokens that are needed. Raises UsageError for one that is missing, or is of another kind."""
    client_id, client_secret = _client(environment)
    bot = ""
    if not client_id:
        bot = _token(environment, "SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions, Bot User OAuth Token")
    if http:
        secret = environment.get("SLACK_SIGNING_SECRET", "").strip()
        if not re.fullmatch(r"[0-9a-fA-F]{16,}", secret):
            msg = (
                "SLACK_SIGNING_SECRET is not set, or is no signing secret; over HTTP it is needed. "
                "It is under Basic Information, App Credentials."
            )
            raise UsageError(msg)
        return Tokens(bot, "", secret, client_id, client_secret)
    where = "Basic Information, App-Level Tokens, with the scope connections:write"
    app = _token(environment, "SLACK_APP_TOKEN", "xapp-", where)
    return Tokens(bot, app, "", client_id, client_secret)


def _client(environment: Mapping[str, str]) -> tuple[str, str]:
    """The client id and secret of an app that several workspaces install; "" where there is none."""
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    found = [environment.get(name, "").strip() for name in names]
    if not any(found):
        return "", ""
    if not all(found):
        missing = names[found.index("")]
        msg = f"{missing} is not set; it is under Basic Information, App Credentials, beside the other one."
        raise UsageError(msg)
    if environment.get("SLACK_BOT_TOKEN", "").strip():
        msg = (
            "SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set; a bot token is for one workspace, "
            "a client id for many: keep one of them."
        )
        raise UsageError(msg)
    return found[0], found[1]


def _token(environment: Mapping[str, str], name: str, prefix: str, where: str) -> str:
    token = environment.get(name, "").strip()
    if not token:
        msg = f"{name} is not set; it is in the app's settings on api.slack.com, under {where}."
        raise UsageError(msg)
    if not token.startswith(prefix) or len(token) <= len(prefix):
        msg = f"{name} does not begin with {prefix}; the right one is under {where}."
        raise UsageError(msg)
    return token


async def identify(client: AsyncWebClient, slack: SlackSettings) -> Identity:
    """Whom the client's token speaks for. Raises UsageError with what to do, OnRecordError."""
    try:
        with reaching(client):
            answer = await client.auth_test()
    except SlackApiError as error:
        reason = _WRONG.get(why(error), f"Slack says {why(error)}")
        msg = f"Slack did not accept the bot's token: {reason}."
        raise UsageError(msg) from error
    team, enterprise = str(answer.get("team_id") or ""), str(answer.get("enterprise_id") or "")
    org_wide = bool(answer.get("is_enterprise_install"))
    if slack.workspaces and not org_wide and not {team, enterprise} & set(slack.workspaces):
        msg = (
            f"The token belongs to the workspace {team} ({answer.get('team')}), which is not among "
            f"`workspaces` in the settings ({', '.join(slack.workspaces)})."
        )
        raise UsageError(msg)
    return Identity(
        # The key of all that is kept: the same for whatever workspace of an organisation speaks.
        enterprise if org_wide and enterprise else team,
        str(answer.get("user_id")),
        str(answer.get("team")),
        enterprise,
        str(answer.get("bot_id") or ""),
        org_wide,
        scopes_of(answer),
    )


def scopes_of(answer: AsyncSlackResponse) -> tuple[str, ...]:
    """The scopes of the token that a call was made with; none where Slack does not say."""
    said = str(answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or "")
    return tuple(scope.strip() for scope in said.split(",") if scope.strip())

"""One app in many workspaces: people install it by a link, and each workspace has a token of its own.

Only workspaces that the settings name may install it: the page is open to everybody, the articles are not.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import ClientError, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import LOG, SlackClient, why
from bot.slack.database import Database
from bot.slack.installations import Installations, identity_of
from bot.slack.scopes import NEEDED, READ_FILES, WANTED
from bot.slack.settings import SlackSettings
from bot.slack.shared_installations import SharedInstallations
from bot.slack.token_health import INSTALL, TokenHealth
from bot.slack.tokens import Tokens
from bot.slack.workspace import Workspace
from bot.slack.workspaces import Workspaces
from index.errors import UsageError

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
# A token that is renewed is good for twelve hours; it is renewed two before its end.
_CHECK_SECONDS, _BEFORE_MINUTES = 300.0, 120
_STATE_SECONDS = 600
# What another bot was told is known here within these seconds; at once where Slack speaks of it, at most this
# often.
_AGREE_SECONDS, _AT_ONCE_SECONDS = 10.0, 2.0
# Slack's words for a token that is good for nothing any more.
_GONE = {"account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed"}


class OAuth:
    """Installs the app, keeps its tokens fresh, and takes it out of workspaces that removed it."""

    def __init__(
        self,
        tokens: Tokens,
        settings: SlackSettings,
        store: Installations | SharedInstallations,
        workspaces: Workspaces,
        client: SlackClient,
        database: Database,
    ) -> None:
        """`client` is without a token. Raises UsageError where no workspace may install the app."""
        if not settings.may_install:
            msg = (
                "Anybody who finds the page could install the app and read the articles: name the workspaces "
                "that may, in `workspaces` of [slack], or each with a table [slack.workspace.T0123456789]."
            )
            raise UsageError(msg)
        self._settings = settings
        self._store = store
        self._workspaces = workspaces
        self._client = client
        self._database = database
        self._agreed = 0.0
        # Without retries: a refresh token that was used is good for nothing any more.
        self._caller = AsyncWebClient(base_url=client.base_url, session=client.session, retry_handlers=[])
        self._rotator = AsyncTokenRotator(
            client_id=tokens.client_id, client_secret=tokens.client_secret, client=self._caller
        )
        more = [READ_FILES] if settings.reads_files else []
        self._flow = _Flow(self._caller, tokens, store, more, self._admitted)

    async def open_all(self) -> None:
        """Be in every workspace that has installed the app."""
        await self.renew()
        for installation in await asyncio.to_thread(self._store.all):
            if self._may(installation):
                self._open(installation)

    async def keep_fresh(self) -> None:
        """Renew tokens, for ever."""
        while True:
            await asyncio.sleep(_AGREE_SECONDS if self._database.is_shared else _CHECK_SECONDS)
            try:
                await self.renew()
                await self.agree()
            except Exception:  # noqa: BLE001 (a busy or full disk now must not end it for good)
                LOG.exception("renewing tokens")

    async def renew(self) -> None:
        """Renew the tokens that are about to end; one that cannot be renewed now is tried again later.

        One of several bots does it: a token is renewed once.
        """
        if not await self._database.do(self._database.lead, "tokens"):
            return
        for installation in await asyncio.to_thread(self._store.all):
            name = identity_of(installation).name
            try:
                fresh = await self._rotator.perform_token_rotation(
                    installation=installation, minutes_before_expiration=_BEFORE_MINUTES
                )
            except (SlackTokenRotationError, ClientError, TimeoutError) as error:
                reason = why(getattr(error, "api_error", error))
                LOG.error("the token of %s could not be renewed: %s", name, reason)
                continue
            if fresh is not None:
                # Kept first: the old one cannot be renewed a second time.
                await self._store.async_save(fresh)
                workspace = self._workspaces.get(identity_of(fresh).team)
                if workspace is not None:
                    workspace.client.renew(str(fresh.bot_token))

    async def agree(self) -> None:
        """Be in the workspaces that other bots were told of, and in no other."""
        if not self._database.is_shared:
            return
        self._agreed = time.monotonic()
        installed = {
            identity_of(one).team: one for one in await asyncio.to_thread(self._store.all) if self._may(one)
        }
        for team, installation in installed.items():
            workspace = self._workspaces.get(team)
            if workspace is None:
                self._open(installation).start()
            elif workspace.client.token != installation.bot_token:
                workspace.client.renew(str(installation.bot_token))
                workspace.client.health.worked()
        for workspace in self._workspaces:
            if workspace.identity.team not in installed:
                await self._workspaces.remove(workspace)

    async def look_again(self) -> None:
        """Slack speaks of a workspace that is not known here."""
        if time.monotonic() - self._agreed > _AT_ONCE_SECONDS:
            await self.agree()

    async def removed(self, workspace: Workspace) -> None:
        """Slack says that the app was removed from a workspace."""
        try:
            await workspace.client.auth_test()
        except SlackApiError as error:
            if why(error) in _GONE:
                identity = workspace.identity
                # The SDK has no other way for this store, which keeps "" where there is none.
                team = "" if identity.org_wide else identity.team
                await asyncio.to_thread(
                    self._store.delete_all, enterprise_id=identity.enterprise, team_id=team
                )
                await self._workspaces.remove(workspace)
                LOG.warning("the app was removed from %s", identity.name)

    def routes(self, app: web.Application) -> None:
        """Serve the pages by which people install the app."""

        async def install(request: web.Request) -> web.Response:
            return await to_aiohttp_response(
                await self._flow.handle_installation(await to_bolt_request(request))
            )

        async def callback(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await self._flow.handle_callback(await to_bolt_request(request)))

        app.router.add_get(INSTALL_PATH, install)
        app.router.add_get(REDIRECT_PATH, callback)

    async def _admitted(self, installation: Installation) -> None:
        """The app was installed. Raises BoltError, with what people read, where it may not be."""
        name = identity_of(installation).name
        if not self._may(installation):
            LOG.warning("%s (%s) may not install the app", name, installation.team_id)
            try:
                await self._caller.auth_revoke(token=installation.bot_token)
            except (SlackApiError, ClientError, TimeoutError) as error:
                LOG.warning("auth.revoke: %s", why(error))
            msg = "this workspace is not one of those that the app was set up for"
            raise BoltError(msg)
        await self._store.async_save(installation)
        LOG.info("the app was installed in %s", name)
        identity = identity_of(installation)
        workspace = self._workspaces.get(identity.team)
        if workspace is not None and workspace.identity.user == identity.user:
            workspace.client.renew(str(installation.bot_token))
            workspace.client.health.worked()
            return
        if workspace is not None:
            await self._workspaces.remove(workspace)
        self._open(installation).start()

    def _may(self, installation: Installation) -> bool:
        ids = {installation.team_id, installation.enterprise_id}
        return bool(ids & self._settings.may_install)

    def _open(self, installation: Installation) -> Workspace:
        client = self._client.like(str(installation.bot_token), TokenHealth(INSTALL))
        return self._workspaces.add(client, identity_of(installation))


class _Flow(AsyncOAuthFlow):
    """Bolt's, with a word for those who may not install the app."""

    def __init__(
        self,
        client: AsyncWebClient,
        tokens: Tokens,
        store: Installations | SharedInstallations,
        more: Sequence[str],
        admitted: Callable[[Installation], Awaitable[None]],
    ) -> None:
        """`more` are scopes beyond those that every app has."""
        self._admitted = admitted
        super().__init__(
            client=client,
            logger=LOG,
            settings=AsyncOAuthSettings(
                client_id=tokens.client_id,
                client_secret=tokens.client_secret,
                scopes=[*NEEDED, *WANTED, *more],
                user_scopes=[],
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                installation_store=store,
                state_store=store.states(_STATE_SECONDS),
                state_expiration_seconds=_STATE_SECONDS,
                callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
                logger=LOG,
            ),
        )

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep it, where it may be. Raises BoltError."""
        await self._admitted(installation)


async def _succeeded(done: AsyncSuccessArgs) -> BoltResponse:
    return await done.default.success(done)


async def _failed(failure: AsyncFailureArgs) -> BoltResponse:
    if failure.error is None:
        return await failure.default.failure(failure)
    return await failure.default.failure(
        AsyncFailureArgs(
            request=failure.request,
            reason=str(failure.error),
            suggested_status_code=403,
            settings=failure.settings,
            default=failure.default,
        )
    )

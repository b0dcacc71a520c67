"""One app in several workspaces: installed by OAuth, each with its own record and a token that is renewed."""

import asyncio
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store import Installation

from bot.slack.client import SlackClient, close_client, open_client
from bot.slack.counters import Counters
from bot.slack.database import Database
from bot.slack.installations import FILE, Installations, identity_of, open_installations
from bot.slack.oauth import OAuth
from bot.slack.settings import SlackSettings
from bot.slack.tokens import Identity, Tokens
from bot.slack.workspaces import Workspaces
from index.catalog.location import RecordLocation
from index.embedding.embedder import Embedder
from index.errors import UsageError
from index.store import Index
from ingest import pipeline
from ingest.sources.files import find
from tests import postgresql
from tests.bot.slack.conftest import free_port
from tests.bot.slack.test_bot import TROOPS, opened
from tests.bot.slack.test_channels import INJURED
from tests.conftest import Run
from tests.fakeslack import FakeSlack, deliveries
from tests.fakeslack.process import Bot, environment
from tests.fakeslack.server import Fault
from tests.fakeslack.state import BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, OTHER_TEAM, TEAM, Install
from tests.fakeslack.trials import small_articles

Start = Callable[..., Bot]
THEIRS, OURS, BOTH = "C0THEIRS", "C0000NEWS", "C000BOTH"
OTHER = Install(OTHER_TEAM, "U000000BOT2", "B000000BOT2", "xoxb-second")
NOBODY = "http://127.0.0.1:9/api/"
STRANGER = Install("T0000000666", "U000000BOT6", "B000000BOT6", "xoxb-sixth")


def fetched(url: str, cookie: str = "") -> tuple[int, str, str]:
    """The status, the cookie and the text of a page."""
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as page:
            cookie = str(page.headers.get("Set-Cookie") or "").partition(";")[0]
            return int(page.status), cookie, page.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", error.read().decode()


def install(slack: FakeSlack, port: int, app: Install, *, steal: bool = False) -> tuple[int, str]:
    """Install the app as an administrator's browser does; `steal` comes back without the browser's cookie."""
    pages = f"http://127.0.0.1:{port}/slack"
    _, cookie, page = fetched(f"{pages}/install")
    (link,) = re.findall(r'href="(https://slack\.com/oauth/v2/authorize[^"]*)"', page)
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(link.replace("&amp;", "&")).query)
    assert asked["client_id"] == [CLIENT_ID]
    assert set(asked["scope"][0].split(",")) == set(slack.state.scopes.split(","))
    slack.state.codes["code"] = app
    back = f"{pages}/oauth_redirect?" + urllib.parse.urlencode({"code": "code", "state": asked["state"][0]})
    status, _, page = fetched(back, "" if steal else cookie)
    return status, page


@pytest.mark.slow
def test_one_process_answers_in_each_workspace_from_its_own_record_until_the_app_is_removed_there(
    slack: FakeSlack, start: Start, record: Path, model: Embedder, tmp_path: Path
) -> None:
    own, home = tmp_path / "own", tmp_path / "record"
    Index.create(own)
    with Index(own, model) as index:
        pipeline.ingest(index, list(find([str(small_articles(tmp_path / "articles"))])))
    port, health = free_port(), free_port()
    options = ("--port", str(port), "--health-port", str(health))
    toml = (
        f'[slack]\nworkspaces = ["{TEAM}", "{OTHER_TEAM}"]\nexternals = true\n'
        f'[slack.workspace.{TEAM}]\nhome = "{record}"\n'
        f'[slack.workspace.{OTHER_TEAM}]\nhome = "{own}"\n'
    )
    ours = slack.state.installs.popitem()[1]
    bot = start(home, *options, toml=toml, oauth=True)
    # Nobody but the browser that began may end it, and nobody but the named workspaces may have it.
    assert install(slack, port, ours, steal=True)[0] == 400
    assert slack.state.installs == {}
    status, page = install(slack, port, STRANGER)
    assert (status, slack.state.installs) == (403, {})
    assert "not one of those that the app was set up for" in page
    for app in (ours, OTHER):
        assert install(slack, port, app)[0] == 200
    slack.state.person("U0THEM", team_id=OTHER_TEAM)
    slack.state.channel(THEIRS, "U0THEM", team=OTHER_TEAM)
    asked = {OURS: slack.mention("U00ADA", OURS, TROOPS), THEIRS: slack.mention("U0THEM", THEIRS, INJURED)}
    (answer,) = slack.answers(OURS, asked[OURS])
    assert "as a matter of sovereignty" in answer.shown()
    (theirs,) = slack.answers(THEIRS, asked[THEIRS])
    assert "14 people were injured" in theirs.shown()
    assert theirs.user == OTHER.user
    assert "14 people" in opened(slack, lambda: slack.press("U0THEM", theirs, "passages"))
    # Nothing of one workspace's record is said in the other.
    refused = slack.answers(THEIRS, slack.mention("U0THEM", THEIRS, TROOPS))[0].shown()
    assert "Not on record" in refused
    assert "sovereignty" not in refused
    slack.open_app("U0THEM", "home")
    assert "3 articles" in json.dumps(slack.until(lambda: slack.state.homes.get("U0THEM")))
    # In a channel that both share, whichever workspace Slack names, one bot answers, once.
    slack.state.channel(BOTH, "U00ADA", "U0THEM", shared=True)
    slack.state.channels[BOTH].members.add(OTHER.user)
    text = f"<@{OTHER.user}> {INJURED}"
    ts = slack.say("U0THEM", BOTH, text)
    twin = deliveries.mention(BOTH, "U0THEM", text, ts)
    for app in (ours, OTHER):
        slack.send(deliveries.event(slack.state, twin, shared=True, install=app))
    slack.answers(BOTH, ts)
    slack.quiet()
    (said,) = slack.state.replies(BOTH, ts)
    assert (said.user, "14 people were injured" in said.shown()) == (OTHER.user, True)
    assert bot.stop() == 0
    # Installed once is installed for good, until it is removed.
    bot = start(home, *options, toml=toml, oauth=True)
    slack.answers(THEIRS, slack.mention("U0THEM", THEIRS, INJURED))
    slack.uninstall(OTHER)
    slack.until(lambda: f"removed from Team {OTHER_TEAM}" in bot.said())
    gone = slack.mention("U0THEM", THEIRS, INJURED)
    slack.answers(OURS, slack.mention("U00ADA", OURS, TROOPS))
    assert slack.state.replies(THEIRS, gone) == []
    status, _, page = fetched(f"http://127.0.0.1:{health}/healthz")
    assert json.loads(page)["workspaces"] == 1
    assert (home / FILE).stat().st_mode & 0o077 == 0
    assert [one.team_id for one in Installations(home, CLIENT_ID).all()] == [TEAM]
    assert bot.stop() == 0
    assert "Traceback" not in bot.said(), bot.said()
    assert "xoxb-" not in bot.said()


@dataclass
class Open:
    """What there is of a workspace here."""

    client: SlackClient
    identity: Identity


def oauth(
    home: Path, client: SlackClient, settings: SlackSettings
) -> tuple[OAuth, Workspaces, Installations]:
    store = Installations(home, CLIENT_ID)
    workspaces = Workspaces(Open, Counters(), one=False)  # type: ignore[arg-type]
    tokens = Tokens("", "", "", CLIENT_ID, CLIENT_SECRET)
    return OAuth(tokens, settings, store, workspaces, client, Database(home / "bot")), workspaces, store


def test_without_the_names_of_workspaces_nobody_may_install_the_app(tmp_path: Path) -> None:
    async def story() -> None:
        client = open_client("", "http://127.0.0.1:9/api/")
        with pytest.raises(UsageError, match="name the workspaces"):
            oauth(tmp_path, client, SlackSettings())
        await close_client(client)

    asyncio.run(story())


def test_the_doctor_looks_at_every_installation(
    slack: FakeSlack, record: Path, onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(slack, record, oauth=True, workspaces=TEAM).items():
        monkeypatch.setenv(name, value)
    about = {"app_id": "A1", "bot_user_id": "UB", "bot_id": "B1", "bot_scopes": "chat:write", "user_id": "U1"}
    for team, token in ((TEAM, BOT_TOKEN), (OTHER_TEAM, "xoxb-gone")):
        Installations(record, CLIENT_ID).save(
            Installation(**about, team_id=team, team_name=team, bot_token=token)
        )
    monkeypatch.setenv("ONRECORD_SLACK_ESCALATE", "C00000NONE")
    ended = onrecord("doctor", "--slack")
    assert ended.code == 1
    assert "Slack escalate: C00000NONE cannot be reached (channel_not_found)" in ended.out
    assert f"Slack workspaces: may install the app: {TEAM}" in ended.out
    assert f"Slack in {TEAM}: all there" in ended.out
    assert f"Slack in {OTHER_TEAM}: Slack says invalid_auth; install the app there again" in ended.out
    assert "xoxb" not in ended.out


def test_the_doctor_says_that_slack_cannot_be_reached_or_installations_not_be_read(
    slack: FakeSlack, record: Path, onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**environment(slack, record, oauth=True, workspaces=TEAM), "ONRECORD_SLACK_API_URL": NOBODY}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    about = {"app_id": "A1", "bot_user_id": "UB", "bot_id": "B1", "bot_scopes": "chat:write", "user_id": "U1"}
    Installations(record, CLIENT_ID).save(Installation(**about, team_id=TEAM, bot_token=BOT_TOKEN))
    ended = onrecord("doctor", "--slack")
    assert ended.code == 1
    assert f"Slack: Slack cannot be reached at {NOBODY} (ClientConnectorError)" in ended.out
    (record / FILE).write_bytes(b"no database" * 100)
    ended = onrecord("doctor", "--slack")
    assert ended.code == 1
    assert f"{FILE} cannot be used (file is not a database); move the file away" in ended.out


# Slack's SDK calls it so.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
def test_a_token_is_renewed_before_it_ends_and_all_that_call_use_the_new_one(
    slack: FakeSlack, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = Install(token="xoxe.xoxb-first", refresh="xoxe-first", rotates=True)
    slack.state.installs = {app.token: app}
    # Less than the two hours before the end, in which it is renewed at each look.
    slack.methods.oauth.life = 3_600

    async def story() -> None:
        caller = open_client("", slack.api_url)
        made, workspaces, store = oauth(tmp_path, caller, SlackSettings(workspaces=(TEAM,)))
        store.save(
            Installation(
                app_id="A1", team_id=TEAM, team_name="Fake", bot_token=app.token, bot_user_id=app.user,
                bot_id=app.bot_id, bot_scopes="chat:write", user_id="U1",
                bot_refresh_token="xoxe-first", bot_token_expires_in=60,
            )
        )  # fmt: skip
        await made.open_all()
        (workspace,) = workspaces
        quick = workspace.client.quick()
        first = workspace.client.token
        await made.renew()
        assert first in slack.state.ended
        for client in (workspace.client, quick):
            assert (await client.auth_test())["team_id"] == TEAM
        assert store.all()[0].bot_token == workspace.client.token
        # One that cannot be renewed stops nothing, and is tried again.
        slack.faults.append(Fault("oauth.v2.access", "internal_error"))
        before = workspace.client.token
        await made.renew()
        assert workspace.client.token == before
        assert "the token of Fake could not be renewed: internal_error" in caplog.text
        slack.faults.append(Fault("oauth.v2.access", "drop before"))
        await made.renew()
        assert workspace.client.token == before
        await made.renew()
        assert workspace.client.token != before
        await close_client(caller)

    asyncio.run(story())
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert list(tmp_path.glob("*.sqlite3")) == []  # what backups copy


def test_an_installation_for_a_whole_organisation_is_known_by_the_organisation() -> None:
    about = {"app_id": "A1", "enterprise_id": "E1", "enterprise_name": "All", "user_id": "U1"}
    whole = identity_of(Installation(**about, is_enterprise_install=True, bot_user_id="UB"))
    assert (whole.team, whole.name, whole.org_wide) == ("E1", "All", True)
    one = identity_of(Installation(**about, team_id="T1", team_name="One", bot_user_id="UB"))
    assert (one.team, one.enterprise, one.name, one.org_wide) == ("T1", "E1", "One", False)
    workspaces = Workspaces(Open, Counters(), one=False)  # type: ignore[arg-type]
    for identity in (whole, replace(one, user="UB2")):
        workspaces.add(None, identity)  # type: ignore[arg-type]
    found = [
        workspaces.of({}, team, "E1", org_wide=org_wide)
        for team, org_wide in (("T9", True), ("T1", False), ("T9", False))
    ]
    assert [one.identity.team for one in found if one] == ["E1", "T1", "E1"]
    assert workspaces.of({}, "T9", "E9", org_wide=False) is None


def test_installations_come_back_and_go_in_a_file_and_in_a_database(location: RecordLocation) -> None:
    store = open_installations(location, CLIENT_ID)
    about = {"app_id": "A1", "bot_user_id": "UB", "bot_id": "B1", "bot_scopes": "chat:write", "user_id": "U1"}

    async def story() -> None:
        for team, token in ((TEAM, "xoxb-1"), (OTHER_TEAM, "xoxb-2"), (TEAM, "xoxb-3")):
            await store.async_save(Installation(**about, team_id=team, team_name=team, bot_token=token))
        states = store.states(60), open_installations(location, CLIENT_ID).states(60)
        state = await states[0].async_issue()
        assert [await states[1].async_consume(one) for one in (state, state, "made up")] == [
            True,
            False,
            False,
        ]
        assert not await states[1].async_consume(await store.states(-1).async_issue())

    asyncio.run(story())
    there = open_installations(location, CLIENT_ID).all()
    assert {(one.team_id, one.bot_token) for one in there} == {(TEAM, "xoxb-3"), (OTHER_TEAM, "xoxb-2")}
    assert identity_of(there[0]).scopes == ("chat:write",)
    assert open_installations(location, "another app").all() == []
    store.delete_all(enterprise_id="", team_id=TEAM)
    assert [one.team_id for one in store.all()] == [OTHER_TEAM]


def test_what_one_bot_is_told_of_installations_the_others_do_too(
    server: postgresql.Server, tmp_path: Path
) -> None:
    where = RecordLocation(tmp_path, postgresql.new_database(server))
    about = {"app_id": "A1", "bot_user_id": "UB", "user_id": "U1"}

    async def story() -> None:
        client = open_client("", "http://127.0.0.1:9/api/")
        store = open_installations(where, CLIENT_ID)
        started: list[str] = []

        class Started(Open):
            def start(self) -> None:
                started.append(str(self.client.token))

            async def close(self) -> None:
                started.remove(str(self.client.token))

        workspaces = Workspaces(Started, Counters(), one=False)  # type: ignore[arg-type]
        database = Database(where)
        tokens = Tokens("", "", "", CLIENT_ID, CLIENT_SECRET)
        bot = OAuth(tokens, SlackSettings(workspaces=(TEAM,)), store, workspaces, client, database)
        # Another bot was told of these.
        other = open_installations(where, CLIENT_ID)
        await other.async_save(Installation(**about, team_id=TEAM, bot_token="xoxb-1"))
        await other.async_save(Installation(**about, team_id="T0STRANGE", bot_token="xoxb-9"))
        await bot.agree()
        assert started == ["xoxb-1"]
        await other.async_save(Installation(**about, team_id=TEAM, bot_token="xoxb-2"))
        await bot.agree()
        (one,) = workspaces
        assert one.client.token == "xoxb-2"
        other.delete_all(enterprise_id="", team_id=TEAM)
        started[:] = ["xoxb-2"]
        await bot.look_again()
        # It looked a moment ago.
        assert len(workspaces) == 1
        await bot.agree()
        assert (len(workspaces), started) == (0, [])
        database.close()
        await close_client(client)

    asyncio.run(story())

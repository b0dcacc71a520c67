"""The methods of the Web API that a bot like ours uses, with Slack's errors."""

import json
from collections.abc import Callable

from tests.fakeslack.chat_methods import Body, ChatMethods
from tests.fakeslack.oauth_methods import OAuthMethods
from tests.fakeslack.state import APP_TOKEN, Refused, State
from tests.fakeslack.validator import problem_in_message, problem_in_view


class Methods(ChatMethods):
    """Answers calls."""

    def __init__(self, state: State, url: Callable[[], str], files: Callable[[], str]) -> None:
        """`url` is the address of the socket, `files` of the folder of files."""
        super().__init__(state)
        self._url = url
        self._files = files
        self.oauth = OAuthMethods(state)

    def call(self, method: str, token: str, body: Body) -> Body:
        """The answer. Raises Refused."""
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refused("invalid_auth")
            return {"url": self._url()}
        if method == "oauth.v2.access":
            return self.oauth.access(token, body)
        if token in self._state.ended:
            raise Refused("token_expired")
        if token not in self._state.installs:
            raise Refused("invalid_auth")
        self._state.acting = self._state.installs[token]
        if self._state.token_error:
            raise Refused(self._state.token_error)
        answer = getattr(self, "_" + method.replace(".", "_"), None)
        if answer is None:
            raise Refused("unknown_method")
        made: Body = answer(body)
        return made

    def _auth_test(self, _: Body) -> Body:
        return {
            "url": "https://fake.slack.com/",
            "team": "Fake",
            "user": "onrecord",
            "team_id": self._state.acting.team,
            "user_id": self._state.acting.user,
            "bot_id": self._state.acting.bot_id,
            "enterprise_id": self._state.acting.enterprise or self._state.enterprise or None,
            "is_enterprise_install": self._state.org_wide,
        }

    def _auth_revoke(self, _: Body) -> Body:
        self._state.installs.pop(self._state.acting.token)
        return {"revoked": True}

    def _users_info(self, body: Body) -> Body:
        user = self._state.users.get(body.get("user", ""))
        if user is None:
            raise Refused("user_not_found")
        self._scoped("users:read")
        return {"user": user}

    def _users_list(self, body: Body) -> Body:
        self._scoped("users:read")
        at, most = int(body.get("cursor") or 0), int(body.get("limit") or 1000)
        members = list(self._state.users.values())
        after = str(at + most) if len(members) > at + most else ""
        return {"members": members[at : at + most], "response_metadata": {"next_cursor": after}}

    def _files_info(self, body: Body) -> Body:
        self._scoped("files:read")
        if body.get("file") not in self._state.files:
            raise Refused("file_not_found")
        return {"file": {"id": body["file"], "url_private": f"{self._files()}{body['file']}"}}

    def _conversations_info(self, body: Body) -> Body:
        channel = self._channel(body)
        about = self._state.channels[channel]
        if channel.startswith(("D", "G")) and self._state.acting.user not in about.members:
            raise Refused("channel_not_found")
        self._scoped({"D": "im:history", "G": "groups:read"}.get(channel[0], "channels:read"))
        return {
            "channel": {
                "id": channel,
                "is_im": channel.startswith("D"),
                "is_member": self._state.acting.user in about.members,
                "is_ext_shared": about.shared,
                "is_archived": about.archived,
            }
        }

    def _conversations_replies(self, body: Body) -> Body:
        self._scoped("im:history" if str(body.get("channel")).startswith("D") else "channels:history")
        oldest, latest = str(body.get("oldest") or "0"), str(body.get("latest") or "9")
        ends = (oldest, latest) if body.get("inclusive") else ()
        # The earliest come first, page after page, and the thread's first message whatever the days.
        found = [
            m
            for m in self._state.thread(self._channel(body), body["ts"])
            if oldest < m.ts < latest or m.ts in ends or m.ts == body["ts"]
        ]
        at, most = int(body.get("cursor") or 0), int(body.get("limit") or 1_000)
        most = min(most, self._state.most_replies)
        more = at + most < len(found)
        return {
            "messages": [
                {
                    "ts": m.ts,
                    "user": m.user,
                    "text": m.text,
                    "metadata": m.metadata,
                    **({"thread_ts": m.thread_ts} if m.thread_ts else {}),
                    **m.more,
                }
                for m in found[at : at + most]
            ],
            "has_more": more,
            **({"response_metadata": {"next_cursor": str(at + most)}} if more else {}),
        }

    def _reactions_add(self, body: Body) -> Body:
        self._scoped("reactions:write")
        self._state.reactions.add((body["channel"], body["timestamp"], body["name"]))
        self._state.reacted.append((body["channel"], body["timestamp"]))
        return {}

    def _reactions_remove(self, body: Body) -> Body:
        if (body["channel"], body["timestamp"], body["name"]) not in self._state.reactions:
            raise Refused("no_reaction")
        self._state.reactions.discard((body["channel"], body["timestamp"], body["name"]))
        return {}

    def _assistant_threads_setStatus(self, body: Body) -> Body:  # noqa: N802
        # In channels, too, since March 2026.
        self._scoped("chat:write")
        if body["channel_id"] not in self._state.channels:
            raise Refused("channel_not_found")
        self._state.statuses.append(body)
        return {}

    def _assistant_threads_setSuggestedPrompts(self, body: Body) -> Body:  # noqa: N802
        if not 1 <= len(body.get("prompts") or []) <= 4:
            raise Refused("invalid_arguments")
        self._state.prompts.append(body)
        return {}

    def _agents_sessions_setStatus(self, body: Body) -> Body:  # noqa: N802
        if body.get("status") not in ("processing", "active", "suspended", "closed"):
            raise Refused("invalid_arguments")
        if len(body.get("title") or "") > 200:
            raise Refused("invalid_arguments")
        self._state.sessions.append(body)
        return {}

    def _blocks_validate(self, body: Body) -> Body:
        view, message = (json.loads(body.get(key) or "null") for key in ("view", "message"))
        error, messages = problem_in_view(view) if view else problem_in_message(message or {})
        if error:
            refused = Refused("invalid_view" if view else "invalid_message")
            refused.answer["errors"] = [{"pointer": "/blocks", "message": one} for one in messages]
            raise refused
        return {}

    def _views_open(self, body: Body) -> Body:
        self._state.use_trigger(str(body.get("trigger_id") or ""))
        error, messages = problem_in_view(body["view"])
        self._check("views.open", error, messages)
        self._state.views.append(body["view"])
        return {"view": {**body["view"], "id": f"V{len(self._state.views)}"}}

    def _views_update(self, body: Body) -> Body:
        number = int(str(body.get("view_id") or "V0")[1:])
        if not 1 <= number <= len(self._state.views):
            raise Refused("not_found")
        error, messages = problem_in_view(body["view"])
        self._check("views.update", error, messages)
        self._state.views[number - 1] = body["view"]
        return {"view": {**body["view"], "id": body["view_id"]}}

    def _views_publish(self, body: Body) -> Body:
        error, messages = problem_in_view(body["view"])
        self._check("views.publish", error, messages)
        self._state.homes[body["user_id"]] = body["view"]
        return {}

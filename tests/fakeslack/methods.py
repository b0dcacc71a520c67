"""The methods of the Web API that a bot like ours uses, with Slack's errors and rate limits."""

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from tests.fakeslack.state import APP_TOKEN, BOT_ID, BOT_TOKEN, BOT_USER, STREAM_SECONDS, Message, State
from tests.fakeslack.validator import problem_in_chunks, problem_in_message, problem_in_view

Body = dict[str, Any]
# Calls within a minute; of chat.postMessage, those within a second and a channel, after a burst.
LIMITS = {
    "chat.startStream": 20,
    "chat.stopStream": 20,
    "chat.appendStream": 100,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "reactions.add": 50,
    "conversations.replies": 50,
}


class Refused(Exception):
    """An error of Slack's."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.answer: Body = {"ok": False, "error": error}
        if messages:
            self.answer["response_metadata"] = {"messages": messages}


class Methods:
    """Answers calls; `limited` turns the rate limits on."""

    def __init__(self, state: State, url: Callable[[], str]) -> None:
        self._state = state
        self._url = url
        self.limited = False
        self._lately: defaultdict[str, deque[float]] = defaultdict(deque)

    def retry_after(self, method: str, body: Body) -> int:
        """Seconds to wait where a rate limit is reached, else 0."""
        if not self.limited:
            return 0
        if method == "chat.postMessage":
            return self._wait(f"{method} {body.get('channel')}", 5, 5.0)
        return self._wait(method, LIMITS[method], 60.0) if method in LIMITS else 0

    def _wait(self, key: str, most: int, seconds: float) -> int:
        now, calls = self._state.now(), self._lately[key]
        while calls and now - calls[0] >= seconds:
            calls.popleft()
        if len(calls) >= most:
            return max(1, int(seconds - (now - calls[0])))
        calls.append(now)
        return 0

    def call(self, method: str, token: str, body: Body) -> Body:
        """The answer. Raises Refused."""
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refused("invalid_auth")
            return {"url": self._url()}
        if token != BOT_TOKEN:
            raise Refused("invalid_auth")
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
            "team_id": self._state.team,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
        }

    def _users_info(self, body: Body) -> Body:
        user = self._state.users.get(body.get("user", ""))
        if user is None:
            raise Refused("user_not_found")
        self._scoped("users:read")
        return {"user": user}

    def _chat_postMessage(self, body: Body) -> Body:  # noqa: N802
        channel = self._writable(body)
        error, messages = problem_in_message(body)
        self._check("chat.postMessage", error, messages)
        message = Message(
            channel,
            self._state.ts(),
            BOT_USER,
            body.get("text") or "",
            body.get("blocks") or [],
            body.get("thread_ts") or "",
            metadata=body.get("metadata"),
            unfurls=body.get("unfurl_links") is not False or body.get("unfurl_media") is not False,
        )
        self._state.messages[channel, message.ts] = message
        return {"channel": channel, "ts": message.ts}

    def _chat_postEphemeral(self, body: Body) -> Body:  # noqa: N802
        channel = self._writable(body)
        error, messages = problem_in_message(body)
        self._check("chat.postEphemeral", error, messages)
        if body.get("user") not in self._state.users:
            raise Refused("user_not_in_channel")
        self._state.ephemerals.append(
            Message(
                channel, self._state.ts(), BOT_USER, body.get("text") or "", body.get("blocks") or [],
                body.get("thread_ts") or "", only_for=body["user"],
            )
        )  # fmt: skip
        return {"message_ts": self._state.ephemerals[-1].ts}

    def _chat_update(self, body: Body) -> Body:
        message = self._own(body)
        if message.streaming:
            raise Refused("streaming_state_conflict")
        error, messages = problem_in_message(body, update=True)
        self._check("chat.update", error, messages)
        message.history.append(message.shown())
        message.text, message.blocks, message.markdown = body.get("text") or "", body.get("blocks") or [], ""
        return {"channel": message.channel, "ts": message.ts}

    def _chat_delete(self, body: Body) -> Body:
        self._own(body).deleted = True
        return {"ts": body["ts"]}

    def _chat_getPermalink(self, body: Body) -> Body:  # noqa: N802
        return {"permalink": f"https://fake.slack.com/archives/{body['channel']}/p{body['message_ts']}"}

    def _chat_scheduledMessages_list(self, body: Body) -> Body:  # noqa: N802
        self._writable(body)
        return {"scheduled_messages": []}

    def _chat_startStream(self, body: Body) -> Body:  # noqa: N802
        channel = self._writable(body)
        if not body.get("thread_ts"):
            raise Refused("missing_thread_ts")
        if not channel.startswith("D") and not (
            body.get("recipient_user_id") and body.get("recipient_team_id")
        ):
            raise Refused("missing_recipient_user_id")
        text = self._chunks("chat.startStream", body)
        message = Message(
            channel, self._state.ts(), BOT_USER, thread_ts=body["thread_ts"], markdown=text, streaming=True,
            began=self._state.now(),
        )  # fmt: skip
        self._state.messages[channel, message.ts] = message
        return {"channel": channel, "ts": message.ts}

    def _chat_appendStream(self, body: Body) -> Body:  # noqa: N802
        message = self._stream(body)
        message.markdown += self._chunks("chat.appendStream", body)
        return {"channel": message.channel, "ts": message.ts}

    def _chat_stopStream(self, body: Body) -> Body:  # noqa: N802
        message = self._stream(body)
        more = self._chunks("chat.stopStream", body) if body.get("chunks") else ""
        if body.get("blocks"):
            error, messages = problem_in_message(body)
            self._check("chat.stopStream", error, messages)
        message.markdown += more
        message.blocks = body.get("blocks") or []
        message.metadata = body.get("metadata")
        message.streaming = False
        return {"channel": message.channel, "ts": message.ts}

    def _conversations_replies(self, body: Body) -> Body:
        self._scoped("channels:history")
        found = self._state.thread(self._channel(body), body["ts"])
        oldest = str(body.get("oldest") or "0")
        return {
            "messages": [
                {"ts": m.ts, "user": m.user, "text": m.text, "metadata": m.metadata}
                for m in found
                if m.ts >= oldest or m.ts == body["ts"]
            ]
        }

    def _reactions_add(self, body: Body) -> Body:
        self._scoped("reactions:write")
        self._state.reactions.add((body["channel"], body["timestamp"], body["name"]))
        self._state.reacted.append((body["channel"], body["timestamp"]))
        return {}

    def _reactions_remove(self, body: Body) -> Body:
        self._state.reactions.discard((body["channel"], body["timestamp"], body["name"]))
        return {}

    def _assistant_threads_setStatus(self, body: Body) -> Body:  # noqa: N802
        self._scoped("assistant:write")
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

    def _views_open(self, body: Body) -> Body:
        error, messages = problem_in_view(body["view"])
        self._check("views.open", error, messages)
        self._state.views.append(body["view"])
        return {"view": {"id": f"V{len(self._state.views)}"}}

    def _views_publish(self, body: Body) -> Body:
        error, messages = problem_in_view(body["view"])
        self._check("views.publish", error, messages)
        self._state.homes[body["user_id"]] = body["view"]
        return {}

    def _channel(self, body: Body) -> str:
        channel = str(body.get("channel") or "")
        if channel.startswith(("U", "W")):
            if channel not in self._state.users:
                raise Refused("channel_not_found")
            return self._state.channel(f"D{channel[1:]}", channel)
        if channel not in self._state.channels:
            raise Refused("channel_not_found")
        return channel

    def _writable(self, body: Body) -> str:
        self._scoped("chat:write")
        channel = self._channel(body)
        about = self._state.channels[channel]
        if about.archived:
            raise Refused("is_archived")
        if BOT_USER not in about.members:
            raise Refused("not_in_channel")
        return channel

    def _own(self, body: Body) -> Message:
        message = self._state.messages.get((str(body.get("channel")), str(body.get("ts"))))
        if message is None or message.deleted or message.user != BOT_USER:
            raise Refused("message_not_found")
        return message

    def _stream(self, body: Body) -> Message:
        message = self._own(body)
        if self._state.now() - message.began > STREAM_SECONDS:
            message.streaming = False
        if not message.streaming:
            raise Refused("message_not_in_streaming_state")
        return message

    def _chunks(self, method: str, body: Body) -> str:
        chunks = body.get("chunks") or []
        error, messages = problem_in_chunks(chunks)
        self._check(method, error, messages)
        return "".join(chunk.get("text", "") for chunk in chunks if chunk["type"] == "markdown_text")

    def _scoped(self, scope: str) -> None:
        if scope not in self._state.scopes.split(","):
            raise Refused("missing_scope")

    def _check(self, method: str, error: str, messages: list[str]) -> None:
        if error:
            self._state.rejected.append((method, f"{error} {messages}"))
            raise Refused(error, messages)

"""The methods that put messages somewhere, and what all methods check."""

from typing import Any

from tests.fakeslack.state import STREAM_SECONDS, Message, Refused, State
from tests.fakeslack.validator import problem_in_chunks, problem_in_message

Body = dict[str, Any]


class ChatMethods:
    """`chat.*`; each raises Refused."""

    def __init__(self, state: State) -> None:
        self._state = state

    def _chat_postMessage(self, body: Body) -> Body:  # noqa: N802
        channel = self._writable(body)
        error, messages = problem_in_message(body)
        self._check("chat.postMessage", error, messages)
        message = Message(
            channel,
            self._state.ts(),
            self._state.acting.user,
            body.get("text") or "",
            body.get("blocks") or [],
            body.get("thread_ts") or "",
            metadata=body.get("metadata"),
            unfurls=body.get("unfurl_links") is not False or body.get("unfurl_media") is not False,
        )
        message.finished = self._state.now()
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
                channel, self._state.ts(), self._state.acting.user, body.get("text") or "",
                body.get("blocks") or [], body.get("thread_ts") or "", only_for=body["user"],
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
        message.finished = self._state.now()
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
            channel, self._state.ts(), self._state.acting.user, thread_ts=body["thread_ts"], markdown=text,
            streaming=True, began=self._state.now(),
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
        message.finished = self._state.now()
        return {"channel": message.channel, "ts": message.ts}

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
        if self._state.acting.user not in about.members:
            # Of what is private it is not even said that it is there.
            raise Refused("not_in_channel" if channel.startswith("C") else "channel_not_found")
        return channel

    def _own(self, body: Body) -> Message:
        message = self._state.messages.get((str(body.get("channel")), str(body.get("ts"))))
        if message is None or message.deleted or message.user != self._state.acting.user:
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

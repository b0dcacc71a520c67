"""What people do in the workspace, each sent to the app as Slack sends it."""

import asyncio
import json
from concurrent.futures import Future
from typing import Any

from tests.fakeslack import deliveries
from tests.fakeslack.sockets import Ack, Sockets
from tests.fakeslack.state import BOT_USER, Install, Message, State

Payload = dict[str, Any]


class People:
    """Say, press, edit and delete; what says something returns its ts. May be used from any thread."""

    def __init__(self, state: State, loop: asyncio.AbstractEventLoop) -> None:
        self.state = state
        self.sockets = Sockets()
        self.port = 0
        self._loop = loop
        self._futures: list[Future[Any]] = []

    def mention(
        self,
        user: str,
        channel: str,
        text: str,
        thread: str = "",
        twin: str = "after",
        copies: int = 1,
        **more: Any,
    ) -> str:
        """Mention the bot; the `twin` message event comes "after", "before", or not at all ("")."""
        text = f"<@{self.state.told(channel, user).user}> {text}".strip()
        said = self.said(channel, user, text, thread, **more)
        first = deliveries.mention(channel, user, text, said.ts, thread, **more)
        events = [first, deliveries.message(channel, user, text, said.ts, thread, **more)]
        events = {"after": events, "before": events[::-1], "": [first]}[twin]
        for inner in events:
            body = self._event(channel, inner)
            for _ in range(copies):
                self.send(body)
        return said.ts

    def say(self, user: str, channel: str, text: str, thread: str = "", copies: int = 1, **more: Any) -> str:
        """Say something, in a channel or to the bot directly ("D…")."""
        said = self.said(channel, user, text, thread, **more)
        body = self._event(channel, deliveries.message(channel, user, text, said.ts, thread, **more))
        for _ in range(copies):
            self.send(body)
        return said.ts

    def said(self, channel: str, user: str, text: str, thread: str = "", **more: Any) -> Message:
        """A message that the app is not told about; `more` is what else Slack shows of it."""
        message = Message(channel, self.state.ts(), user, text, thread_ts=thread, more=more)
        self.state.messages[channel, message.ts] = message
        return message

    def file(self, name: str, content: bytes, **about: Any) -> Payload:
        """A file to say something with, as Slack shows it to who may see the message."""
        id_ = f"F{len(self.state.files) + 1:010}"
        self.state.files[id_] = content
        return {
            "id": id_,
            "name": name,
            "filetype": name.rpartition(".")[2],
            "size": len(content),
            "url_private": f"http://127.0.0.1:{self.port}/files/{id_}",
            **about,
        }

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change what was said."""
        message = self.state.messages[channel, ts]
        before = deliveries.message(channel, user, message.text, ts, message.thread_ts)
        message.text = text
        after = deliveries.message(channel, user, text, ts, message.thread_ts)
        self.send(self._event(channel, deliveries.changed(channel, before, after, self.state.ts())))

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Take back what was said."""
        message = self.state.messages[channel, ts]
        message.deleted = True
        before = deliveries.message(channel, user, message.text, ts, message.thread_ts)
        self.send(self._event(channel, deliveries.deleted(channel, before, self.state.ts())))

    def react(self, user: str, message: Message, name: str) -> None:
        """Put an emoji on a message."""
        inner = deliveries.reaction(message.channel, user, name, message.ts, message.user)
        self.send(self._event(message.channel, inner))

    def ask_privately(self, user: str, channel: str, text: str) -> str:
        """Use /onrecord; the id of its response address."""
        id_ = self.state.response(user, channel)
        body = deliveries.command(self.state, user, channel, text, self._response_url(id_))
        self.send(body, "slash_commands")
        return id_

    def press(self, user: str, message: Message, action_id: str, value: str = "") -> str:
        """Press the button of a message that has this action (and value); the id of its response address."""
        element = next(
            one
            for one in elements(message.blocks)
            if one.get("action_id") == action_id and (not value or value in json.dumps(one))
        )
        pressed = element
        if element["type"] == "feedback_buttons":
            pressed = element["negative_button" if value == "down" else "positive_button"]
        action = {"type": element["type"], "action_id": action_id, "value": pressed["value"]}
        id_ = self.state.response(user, message.channel)
        body = deliveries.press(
            self.state, user, message.channel, message.ts, action, self._response_url(id_)
        )
        self.send(body, "interactive")
        return id_

    def ask_about(self, user: str, message: Message) -> str:
        """Choose "Ask On Record about this" for a message; the id of its response address."""
        id_ = self.state.response(user, message.channel)
        said = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
        if message.thread_ts:
            said["thread_ts"] = message.thread_ts
        body = deliveries.shortcut(self.state, user, message.channel, said, self._response_url(id_))
        self.send(body, "interactive")
        return id_

    def submit(self, user: str, view: Payload, values: Payload) -> None:
        """Send a form."""
        self.send(deliveries.submission(self.state, user, view, values), "interactive")

    def open_app(self, user: str, tab: str, **more: Any) -> None:
        """Open the app's Home or Messages tab."""
        inner = {"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": tab, **more}
        self.send(self._event("", inner))

    def stop(self, user: str, channel: str, thread: str) -> None:
        """Press the pane's Stop button; Slack ends the streams itself."""
        streams = [m for m in self.state.thread(channel, thread) if m.streaming]
        for message in streams:
            message.streaming = False
        inner = {
            "type": "agent_session_stopped",
            "channel": channel,
            "thread_ts": thread,
            "user": user,
            "streaming_message_ts": [message.ts for message in streams],
            "event_ts": self.state.ts(),
        }
        self.send(self._event(channel, inner))

    def uninstall(self, install: Install | None = None) -> None:
        """Remove the app from the workspace, or from one of several."""
        if install is None:
            self.state.token_error = "account_inactive"
        else:
            del self.state.installs[install.token]
        user = install.user if install else BOT_USER
        for inner in ({"type": "tokens_revoked", "tokens": {"bot": [user]}}, {"type": "app_uninstalled"}):
            self.send(deliveries.event(self.state, inner, install=install))

    def send(self, payload: Payload, kind: str = "events_api") -> "Future[Ack]":
        """Send something to the app: an event again until it is acknowledged, anything else once."""
        future = asyncio.run_coroutine_threadsafe(self.sockets.deliver(payload, kind), self._loop)
        self._futures = [one for one in self._futures if not one.done()]
        self._futures.append(future)
        return future

    def _event(self, channel: str, inner: Payload) -> Payload:
        shared = channel in self.state.channels and self.state.channels[channel].shared
        return deliveries.event(self.state, inner, shared=shared)

    def _response_url(self, id_: str) -> str:
        return f"http://127.0.0.1:{self.port}/response/{id_}"


def elements(blocks: Any) -> list[Payload]:
    """Everything in blocks that can be pressed."""
    if isinstance(blocks, dict):
        own = [blocks] if "action_id" in blocks else []
        return own + [one for inner in blocks.values() for one in elements(inner)]
    if isinstance(blocks, list):
        return [one for inner in blocks for one in elements(inner)]
    return []

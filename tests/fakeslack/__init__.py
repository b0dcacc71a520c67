"""A Slack to test against: Web API and Socket Mode on loopback, with Slack's limits and its ways to fail.

What it is to be like is known from Slack's documentation and from the SDK's source; where neither says, it is
the stricter. `FakeSlack` is a context manager that runs in a thread of its own.
"""

from tests.fakeslack.server import FakeSlack

__all__ = ["FakeSlack"]

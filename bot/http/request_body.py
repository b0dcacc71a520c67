"""What a request says, read from JSON; whatever is wrong with it is one sentence."""

import json
from collections.abc import Collection
from typing import Any

from starlette.requests import Request

from index.errors import UsageError
from index.settings_reader import check_name

QUERY_FIELDS = ("since", "until", "source", "now", "literally")


async def read_json(request: Request, known: Collection[str] = ()) -> dict[str, Any]:
    """The object in a request's body. Raises UsageError where there is none, or a field is not `known`."""
    try:
        body = json.loads(await request.body())
        # Halves of surrogate pairs can be written in JSON, and in nothing that this is put into.
        json.dumps(body, ensure_ascii=False).encode()
    except RecursionError as error:
        msg = "The body is JSON that is nested too deep."
        raise UsageError(msg) from error
    except UnicodeEncodeError as error:
        msg = "The body holds characters that are no text; write it in UTF-8."
        raise UsageError(msg) from error
    except ValueError as error:
        msg = f"The body is not JSON: {str(error)[:200]}."
        raise UsageError(msg) from error
    if not isinstance(body, dict):
        msg = "The body must be a JSON object."
        raise UsageError(msg)
    if known:
        for name in body:
            check_name(name, known, f"{name[:100]!r} in the body", "a field of this request")
    return body

"""The routes, and the app that answers at them behind the guard."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.http.ask import ask
from bot.http.chat_completions import chat_completions, models
from bot.http.openapi import document
from bot.http.page import PAGE, page_file
from bot.http.request_body import QUERY_FIELDS, read_json
from bot.http.state import State
from bot.json_output import article_json, passages_json
from bot.question_input import query_of
from bot.serving.answer_service import MOST_PASSAGES, AnswerService
from bot.serving.arguments import whole_number
from bot.serving.forms import article_window, overview_json
from bot.serving.guard import Access, Guard
from bot.serving.refused import Refused
from index.search.hybrid import DEFAULT_K

# What anybody who reaches this may see: nothing of the record. The page asks for its token itself.
OPEN_PATHS = frozenset({*PAGE, "/healthz", "/openapi.json"})
_LONGEST_WINDOW = 100_000
Handler = Callable[[AnswerService, Request], Awaitable[Response]]


def build_app(service: AnswerService, state: State, access: Access) -> ASGIApp:
    """The app; `access` says whom it serves."""
    routes = [
        *(Route(path, page_file, methods=["GET"]) for path in PAGE),
        Route("/openapi.json", _openapi, methods=["GET"]),
        Route("/healthz", state.healthz, methods=["GET"]),
        Route("/metrics", state.metrics, methods=["GET"]),
        *(Route(path, partial(handler, service), methods=[method]) for path, method, handler in API),
    ]
    return Guard(_App(routes), access)


class _App:
    """The routes without Starlette's own middleware, which would answer errors before the guard does."""

    def __init__(self, routes: list[Route]) -> None:
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # With it, the router raises what there is not, instead of answering in a form of its own.
        scope["app"] = self
        await self._router(scope, receive, send)


async def search(service: AnswerService, request: Request) -> Response:
    """The passages nearest to a query."""
    given = await read_json(request, ("query", *QUERY_FIELDS, "limit"))
    query = query_of({**given, "question": given.get("query")})
    limit = whole_number(given, "limit", DEFAULT_K, MOST_PASSAGES)
    return JSONResponse(passages_json(query.text, await service.search(query, limit)))


async def article(service: AnswerService, request: Request) -> Response:
    """An article as it is stored, or a window of its text."""
    id_ = request.path_params["id"]
    found = await service.article(id_)
    if found is None:
        raise Refused(404, f"There is no article {id_[:100]!r} on record.")
    asked = request.query_params
    if not {"offset", "characters"} & set(asked):
        return JSONResponse(article_json(found, with_text=True))
    offset = whole_number(asked, "offset", 0, len(found.text), least=0)
    characters = whole_number(asked, "characters", 4_000, _LONGEST_WINDOW)
    return JSONResponse(article_window(found, offset, characters))


async def record(service: AnswerService, _: Request) -> Response:
    """What is on record."""
    return JSONResponse(overview_json(await service.overview()))


async def forget(service: AnswerService, request: Request) -> Response:
    """Forget a conversation."""
    await service.forget(request.scope["onrecord.client"], request.path_params["id"])
    return Response(status_code=204)


API: tuple[tuple[str, str, Handler], ...] = (
    ("/v1/ask", "POST", ask),
    ("/v1/search", "POST", search),
    ("/v1/articles/{id}", "GET", article),
    ("/v1/record", "GET", record),
    ("/v1/conversations/{id}", "DELETE", forget),
    ("/v1/models", "GET", models),
    ("/v1/chat/completions", "POST", chat_completions),
)


async def _openapi(_: Request) -> Response:
    return JSONResponse(document())

"""What stands in front of an article, or in its place: pages that are there and are not the article.

Told apart by what such pages are: short, about themselves, and made to be answered. An article about cookies,
scripts or missing pages is none of them.
"""

import re
from dataclasses import dataclass
from typing import Any

# Statements about being free stand among a page's first ones, or in a script at its end.
_MOST_BYTES = 2_000_000
# schema.org's isAccessibleForFree, and article:content_tier, by which sites tell search engines of a wall:
# https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
# Every repeat has an end, so that the time grows with the length of the page and no faster.
_WALLED = re.compile(
    rb"""["']isAccessibleForFree["']\s{0,20}:\s{0,20}["']?false|"""
    rb"""itemprop=["']isAccessibleForFree["'][^>]{0,200}?false|"""
    rb"""article:content_tier["']\s{1,20}content=["'](?:locked|metered)""",
    re.IGNORECASE,
)
_SHORT, _OPENING, _LONGEST_CONSENT, _APP, _ANSWER_WORDS = 150, 120, 300, 60, 6

# In the languages of the largest presses: English, German, French, Spanish, Italian, Portuguese, Dutch.
_SCRIPTS = re.compile(r"\bjava\s?script\b", re.IGNORECASE)
_NEEDED = re.compile(
    r"\b(?:enabl|disabl|requir|need|turn(?:ed)? o[nf]|support|activ|aktivier|deaktiv|benötig|habilit|abilit"
    r"|attiv|ativ|schakel|nécessaire|necesari|necessari|nodig|erforderlich)",
    re.IGNORECASE,
)
_CHALLENGES = re.compile(
    r"challenge-platform|cf[-_]chl|px-captcha|captcha-delivery|_Incapsula_Resource|awswaf|g-recaptcha|h-captcha"
    r"|cf-turnstile",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(
    r"^just a moment\b|^attention required|are you (?:a )?(?:human|robot)|not a robot|you are (?:a )?human"
    r"|checking your browser|unusual (?:traffic|activity)|security check|^access denied$|^pardon our interruption",  # noqa: E501
    re.IGNORECASE,
)
_NOT_THERE = re.compile(
    r"^(?:error\s*)?404\b[\s:–—.!-]*(?:error)?[\s:–—.!-]*|"
    r"\b(?:page|article|story|post|content|seite|artikel|p[áa]gina)\b.{0,20}?"
    r"\b(?:not (?:be )?found|(?:does|could)(?: not|n['’]t) (?:exist|be found)|no longer (?:exists|available)|nicht gefunden"  # noqa: E501
    r"|introuvable|non trouv[ée]e|no encontrad[ao]|no existe|non trovat[ao]|n[ãa]o encontrad[ao]|niet gevonden)"  # noqa: E501
    r"|^not found$|^nicht gefunden$",
    re.IGNORECASE,
)
_PRIVACY = re.compile(
    r"cookie|privacy|consent|personal data|partners|datenschutz|einwillig|personenbezogen|vie privée"
    r"|données personnelles|partenaires|privacidad|datos personales|socios|consens|dati personali"
    r"|privacidade|dados pessoais|toestemming|persoonsgegevens|device",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"\b(?:we|our|us|you|your|wir|unsere?|sie|ihre?|nous|nos|vous|votre|vos|nosotros|nuestr\w+|usted|su|noi"
    r"|nostr\w+|tuo|tuoi|nós|nosso\w*|você|seu|wij|we|onze|u|uw|je)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"\b(?:accept|agree|allow|consent|reject|decline|got it|manage|akzeptier|zustimm|ablehn|einverstanden"
    r"|accepter|refuser|j['’]accepte|aceptar|rechazar|accett|rifiut|aceitar|accepteer|akkoord|weiger)",
    re.IGNORECASE,
)
_TO_PAY = re.compile(
    r"\b(?:subscri(?:be|ber|bers|ption|ptions)|log ?in|sign (?:in|up)|register|member(?:s|ship)|abonn\w+|abo\b"  # noqa: E501
    r"|suscr[ií]\w+|abbona\w+|assin(?:e|ante|atura)\w*)",
    re.IGNORECASE,
)
_TO_READ = re.compile(
    r"\b(?:read(?:ing)?|continue|unlock|full (?:story|article|access)|keep reading|weiterlesen|weiter ?lesen|lesen"  # noqa: E501
    r"|lire|leer|seguir leyendo|leggere|continua|ler|lezen|verder lezen)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")

_SAVE = "save the page in a browser, and ingest the file"


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read from a page, to be judged; `unscripted` is what it shows where there are no scripts."""

    titles: tuple[str, ...]
    text: str
    tree: Any
    markup: str
    unscripted: str = ""


def wall(page: ReadPage) -> str:
    """Why what was read is not the article, as a sentence that says what to do; "" where it may be it."""
    words = len(page.text.split())
    if words <= _SHORT and _asks_who(page):
        return f"the site asks whether a person is reading, and gives no article; {_SAVE}"
    if words <= _APP and _needs_scripts(page.text or page.unscripted):
        return f"it is an application that shows its text by scripts only; {_SAVE}"
    if words <= _SHORT and any(_says_not_there(title) for title in page.titles):
        return "it says that the page is not there, whatever its site answers; check the link"
    if words <= _LONGEST_CONSENT and _asks_for_consent(page):
        return f"it asks for consent to cookies, and gives no article; {_SAVE}"
    if words <= _OPENING and _is_opening(page):
        return f"it is the opening of an article that has to be paid for; {_SAVE}"
    return ""


def is_walled(page: bytes) -> bool:
    """Whether a page says of itself that it is not free; it may hold no more than the article's opening."""
    half = _MOST_BYTES // 2
    ends = (page,) if len(page) <= _MOST_BYTES else (page[:half], page[-half:])
    return any(_WALLED.search(part) is not None for part in ends)


def _is_opening(page: ReadPage) -> bool:
    """Whether a text breaks off where it asks to be paid for."""
    last = " ".join(_SENTENCE.split(page.text.strip())[-2:])
    if _TO_PAY.search(last) is None:
        return False
    return _TO_READ.search(last) is not None or is_walled(page.markup.encode("utf-8", "replace"))


def _asks_who(page: ReadPage) -> bool:
    asked = any(_ASKS_WHO.search(one) for one in (*page.titles, *_SENTENCE.split(page.text)))
    return asked or (len(page.text.split()) <= _APP and bool(_CHALLENGES.search(page.markup)))


def _needs_scripts(text: str) -> bool:
    return any(_SCRIPTS.search(one) and _NEEDED.search(one) for one in _SENTENCE.split(text))


def _says_not_there(title: str) -> bool:
    """Whether all of a title, or of a part of it beside a site's name, says that a page is missing."""
    return any(
        (found := _NOT_THERE.search(part)) is not None and len(found[0].split()) + 2 >= len(part.split())
        for part in re.split(r"\s+[|–—·-]\s+", title.strip())
        if part
    )


def _asks_for_consent(page: ReadPage) -> bool:
    said = [one for one in _SENTENCE.split(page.text) if one.strip()]
    sentences = [one for one in said if not (_ANSWER.search(one) and len(one.split()) <= _ANSWER_WORDS)]
    asking = [one for one in sentences if _PRIVACY.search(one) and _ADDRESSED.search(one)]
    if not sentences or len(asking) * 2 < len(sentences):
        return False
    return any(_has_answer(around) for around in _around(page.tree, asking[0]))


def _around(tree: Any, sentence: str) -> list[Any]:
    """What a sentence stands in, from the inside out; the whole page only where that is short."""
    start = " ".join(sentence.split()[:6])
    inner = next((one for one in tree.iter() if start in " ".join((one.text or "").split())), None)
    chain = (inner, *inner.iterancestors()) if inner is not None else ()
    around = [one for one in chain if one.tag not in ("html", "body")]
    body = tree.find("body")
    if body is not None and len("".join(body.itertext()).split()) <= 2 * _SHORT:
        around.append(body)
    return around


def _has_answer(element: Any) -> bool:
    """Whether something in an element can be pressed to agree or to refuse."""
    buttons = element.xpath(
        ".//button | .//a | .//input[@type='submit' or @type='button'] | .//*[@role='button']"
    )
    answers = (f"{''.join(one.itertext())} {one.get('value') or ''}" for one in buttons)
    return any(len(answer.split()) <= _ANSWER_WORDS and _ANSWER.search(answer) for answer in answers)

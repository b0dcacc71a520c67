"""Countries and their people by their several names: "UK" and "Britain", "French" and "France"."""

import re

# Irregular ones, and those with several names; regular ones ("Kenyan", "Japanese") are told by their endings.
_TABLE = """
    america american us usa|united states; britain british uk briton|united kingdom|great britain;
    england english; scotland scottish scots; wales welsh; ireland irish; france french; germany german;
    spain spanish spaniard; netherlands dutch holland; switzerland swiss; greece greek; denmark danish
    dane; sweden swedish swede; finland finnish finn; poland polish pole; turkey turkish turkiye turk;
    portugal portuguese; norway norwegian; philippines filipino philippine; thailand thai; iceland
    icelandic; czechia czech|czech republic; china chinese; europe european; cyprus cypriot; iraq iraqi;
    pakistan pakistani; israel israeli; kuwait kuwaiti; yemen yemeni; qatar qatari; oman omani;
    bangladesh bangladeshi; somalia somali; afghanistan afghan; argentina argentine argentinian;
    slovakia slovak; croatia croatian croat; serbia serbian serb; belgium belgian; peru peruvian; canada
    canadian; italy italian; hungary hungarian; uae emirati|united arab emirates; burma myanmar burmese;
    eu|european union; congo congolese; lebanon lebanese; vietnam vietnamese; madagascar malagasy;
    luxembourg luxembourgish; kazakhstan kazakh; uzbekistan uzbek; kyrgyzstan kyrgyz; tajikistan tajik;
    un|united nations
"""
_GROUPS = [
    [*entry.split("|")[0].split(), *entry.split("|")[1:]]
    for entry in re.split(r";\s*", " ".join(_TABLE.split()))
]
_ALIASES: dict[str, str] = {form: group[0] for group in _GROUPS for form in group}
_LONG = re.compile(rf"\b(?:{'|'.join(form for form in _ALIASES if ' ' in form)})\b", re.IGNORECASE)
_ENDING = re.compile(r"(?:ians?|eans?|ans?|ese|ns?|ish|ic)$")


def places(text: str) -> set[str]:
    """The places in a text, each in one form; `text` went through `even`."""
    found = {_ALIASES[match[0].lower()] for match in _LONG.finditer(text)}
    return found | {place(word) for word in re.findall(r"\b[A-Z][\w]+", text)}


def place(name: str) -> str:
    """The one form of a place's name or of its people's; of any other name, something as good."""
    word = name.lower()
    if word in _ALIASES:
        return _ALIASES[word]
    bare: str = _ENDING.sub("", word)
    return (bare if len(bare) > 3 else word).rstrip("aeiouy")

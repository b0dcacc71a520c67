"""What is measured of kept answers, read when somebody asks: other processes write them too."""

from pathlib import Path

from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.to_ask import ToAsk
from bot.monitoring.metrics import Measure
from index.catalog.location import RecordLocation
from index.errors import OnRecordError

KEPT = {
    "onrecord_kept_answers": "Answers that are looked at after each refresh.",
    "onrecord_kept_waiting": "Questions that wait until they are on record.",
    "onrecord_kept_to_ask": "Kept questions that are still to be asked again after a refresh.",
}
FOUND = "onrecord_kept_findings"
_FOUND = "What was found out about answers that are still kept, by kind."


def measure_kept(where: Path | RecordLocation) -> list[Measure]:
    """What is kept with a record; nothing where nothing is, or the file cannot be read."""
    if not KeptAnswers.exists(where):
        return []
    try:
        store = KeptAnswers(where)
        counts, found = (*store.count(), ToAsk(where).count()), store.count_findings()
    except OnRecordError:
        return []
    return [
        *(
            Measure(name, meaning, {"": count})
            for (name, meaning), count in zip(KEPT.items(), counts, strict=True)
        ),
        Measure(FOUND, _FOUND, {kind.value: count for kind, count in found.items()}, "kind"),
    ]

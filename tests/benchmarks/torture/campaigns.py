"""All campaigns, by name."""

from tests.benchmarks.torture import (
    corruption,
    disk,
    fuzz,
    kill,
    kill_database,
    load,
    poison,
    record,
    refreshes,
    secrets,
    soak,
    suites,
)

_OWN = (
    kill.CAMPAIGN,
    kill.FAULTS,
    kill_database.CAMPAIGN,
    *(module.CAMPAIGN for module in (disk, corruption, refreshes, soak, load, secrets, record, fuzz, poison)),
)
CAMPAIGNS = {campaign.name: campaign for campaign in (*_OWN, *suites.CAMPAIGNS)}

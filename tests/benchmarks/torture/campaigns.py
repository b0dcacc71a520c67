"""All campaigns, by name."""

from tests.benchmarks.torture import corruption, disk, kill, secrets, soak, suites

_OWN = (module.CAMPAIGN for module in (kill, disk, corruption, soak, secrets))
CAMPAIGNS = {campaign.name: campaign for campaign in (*_OWN, *suites.CAMPAIGNS)}

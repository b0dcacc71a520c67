"""All campaigns, by name."""

from tests.benchmarks.torture import corruption

CAMPAIGNS = {module.CAMPAIGN.name: module.CAMPAIGN for module in (corruption,)}

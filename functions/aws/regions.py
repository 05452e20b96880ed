"""The Regions that can be reached with this account's credentials."""

import re
from functools import cache

import botocore.session

_PSEUDO = "-global"
"""How botocore calls the home of services without Regions."""


@cache
def known() -> frozenset[str]:
    """The Regions of this function's own partition that the SDK knows, its own among them.

    Where the SDK does not know the partition, those of all partitions.
    """
    session = botocore.session.get_session()
    home = session.get_config_variable("region")
    partitions = session.get_component("data_loader").load_data("partitions")["partitions"]
    own = [each for each in partitions if re.match(each["regionRegex"], home)] or partitions
    found = {name for each in own for name in each["regions"] if not name.endswith(_PSEUDO)}
    return frozenset(found | {home})

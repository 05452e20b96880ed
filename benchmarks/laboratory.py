"""The lab: how long real processes keep real mappings away, relative to what was asked for."""

import json
import time
from pathlib import Path

from lab.deployment import deploy_all
from lab.product import Product
from lab.session import running

HOLD_SECONDS = 20
LIMIT_SECONDS = 240
LOOK_SECONDS = 1


def measure(assembly: Path) -> dict[str, float]:
    """An experiment on the three mappings of the sample; ratios to the seconds that were asked for.

    `away` is how long the mapping was away that was away longest, `whole` how long the experiment took.
    """
    with running(say=print) as lab:
        product = Product(lab, deploy_all(lab, assembly, say=print))
        began = time.time()
        arn = product.start(total_chaos_duration=HOLD_SECONDS)
        while not (ended := product.ended(arn)):
            if time.time() > began + LIMIT_SECONDS:
                raise TimeoutError(f"{arn} is still running")
            time.sleep(LOOK_SECONDS)
    targets = json.loads(ended["output"])["targets"]
    away = max(each["restored_at"] - each["broken_at"] for each in targets)
    seconds = (ended["stopDate"] - ended["startDate"]).total_seconds()
    return {
        "targets": len(targets),
        "hold_seconds": HOLD_SECONDS,
        "away": round(away / HOLD_SECONDS, 2),
        "whole": round(seconds / HOLD_SECONDS, 2),
    }

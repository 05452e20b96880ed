"""The table of faults: adding one is adding a module and a row."""

from snapback.faults.mappings import delete_mappings, disable_mappings
from snapback.protocol.contract import Fault

FAULTS: dict[str, Fault] = {
    "delete-mappings": delete_mappings,
    "disable-mappings": disable_mappings,
}

"""The sample's mappings as a test handles them, and how often each message was handled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab import Lab
from lab.sample.outputs import Sample
from lab.sample.producer import SOURCES, Producer, handled

READ_ONLY = {
    "ResponseMetadata",
    "UUID",
    "EventSourceMappingArn",
    "FunctionArn",
    "State",
    "StateTransitionReason",
    "LastModified",
    "LastProcessingResult",
}


class Mappings:
    """The sample's mappings, by source."""

    def __init__(self, client: Any, sample: Sample, eventually: Callable[..., Any]) -> None:
        self.client, self.eventually = client, eventually
        self.function_name = sample.function_name
        listed = client.list_event_source_mappings(FunctionName=sample.function_name)
        self.uuids = {
            each["EventSourceArn"].split(":")[2]: each["UUID"]
            for each in listed["EventSourceMappings"]
        }

    def get(self, source: str) -> dict[str, Any]:
        """The mapping of a source."""
        return dict(self.client.get_event_source_mapping(UUID=self.uuids[source]))

    def tags(self, source: str) -> dict[str, str]:
        """Its tags."""
        return dict(
            self.client.list_tags(Resource=self.get(source)["EventSourceMappingArn"])["Tags"]
        )

    def settle(self, *sources: str, state: str = "Enabled") -> None:
        """Wait for a state."""
        for source in sources:
            self.eventually(lambda source=source: self.get(source)["State"], state)

    def gone(self, uuid: str) -> bool:
        """Whether nobody knows the mapping any more."""
        try:
            self.client.get_event_source_mapping(UUID=uuid)
        except self.client.exceptions.ResourceNotFoundException:
            return True
        return False

    def delete(self, source: str) -> dict[str, Any]:
        """Delete and wait until it is gone; returns the request that creates it again."""
        request = {key: value for key, value in self.get(source).items() if key not in READ_ONLY}
        request |= {"FunctionName": self.function_name, "Tags": self.tags(source)}
        uuid = self.uuids[source]
        assert self.client.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
        self.eventually(lambda: self.gone(uuid))
        return request

    def create(self, source: str, request: dict[str, Any]) -> dict[str, Any]:
        """Create and remember."""
        created = dict(self.client.create_event_source_mapping(**request))
        self.uuids[source] = created["UUID"]
        return created


def counts(lab: Lab, sample: Sample, producer: Producer) -> dict[str, list[int]]:
    """How often each number that was written was handled, in order, by source."""
    found = handled(lab, sample)
    return {
        source: [found[source][number] for number in producer.numbers(source)] for source in SOURCES
    }

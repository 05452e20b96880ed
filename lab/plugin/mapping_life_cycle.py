"""LocalEmu's mappings skip states.

It hides a mapping from Get as soon as its deletion starts, keeps listing as Deleting one that was young or disabled,
shows Creating after every update and Disabled while the last batch still runs, accepts calls on a mapping in
transition, and lets a queue's poller hand over messages that it received after the mapping was stopped.
"""

from __future__ import annotations

import threading
from typing import Any

from localemu.aws.api.lambda_ import ResourceInUseException
from localemu.services.lambda_.event_source_mapping.esm_worker import EsmState, EsmWorker
from localemu.services.lambda_.event_source_mapping.pollers.poller import Poller
from localemu.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller
from localemu.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller
from localemu.services.lambda_.provider import LambdaProvider

SETTLED = {EsmState.ENABLED, EsmState.DISABLED}

_stop_worker = EsmWorker.stop
_delete_worker = EsmWorker.delete
_update_mapping = LambdaProvider.update_event_source_mapping_v2
_delete_mapping = LambdaProvider.delete_event_source_mapping
_handle_messages = SqsPoller.handle_messages


def install() -> None:
    """Replace the life cycle of workers and the two calls that change a mapping."""
    EsmWorker.stop = stop_worker
    EsmWorker.delete = delete_worker
    LambdaProvider.update_event_source_mapping_v2 = update_mapping
    LambdaProvider.delete_event_source_mapping = delete_mapping
    SqsPoller.handle_messages = handle_messages


def stop_worker(self: Any) -> None:
    """Stop reading now; the batch in hand is finished."""
    _stop_worker(self)
    _close(self.poller)


def delete_worker(self: Any) -> None:
    """Stop reading now; the mapping is gone when the batch in hand is finished."""
    _delete_worker(self)
    _close(self.poller)
    if not _running(self):
        self.delete_esm_in_store()


def delete_mapping(self: Any, context: Any, uuid: str, **kwargs: Any) -> Any:
    """Delete, with the mapping visible as Deleting until its poller has ended."""
    worker = self.esm_workers.get(uuid)
    _refuse_in_transition(worker, "delete")
    response = _delete_mapping(self, context, uuid, **kwargs)
    self.esm_workers[uuid] = worker
    return response


def update_mapping(self: Any, context: Any, request: Any) -> Any:
    """Update, with the mapping Enabling or Updating at first, or Disabling until the old poller has ended."""
    old = self.esm_workers.get(request.get("UUID"))
    _refuse_in_transition(old, "update")
    response = _update_mapping(self, context, request)
    new = self.esm_workers[request["UUID"]]
    if new.enabled:
        new.current_state = response["State"]
    elif _running(old):
        new.current_state = EsmState.DISABLING
        threading.Thread(target=_settle_disabled, args=(old, new), daemon=True).start()
    return response


def handle_messages(self: Any, messages: Any) -> None:
    """Hand over received messages, or give them back when the mapping was stopped meanwhile."""
    if not getattr(self, "closed", False):
        return _handle_messages(self, messages)
    for message in messages:
        self.source_client.change_message_visibility(
            QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )
    return None


def _settle_disabled(old: Any, new: Any) -> None:
    old._poller_thread.join()
    with new._state_lock:
        new.current_state = EsmState.DISABLED
    new.update_esm_state_in_store(EsmState.DISABLED)


def _refuse_in_transition(worker: Any, verb: str) -> None:
    if (
        worker is not None
        and worker.current_state not in SETTLED
        and worker.uuid in worker._state.event_source_mappings
    ):
        raise ResourceInUseException(
            f"Cannot {verb} the event source mapping because it is in use.", Type="User"
        )


def _running(worker: Any) -> bool:
    return worker._poller_thread is not None and worker._poller_thread.is_alive()


def _close(poller: Poller) -> None:
    if isinstance(poller, StreamPoller):
        poller.close()
    else:
        poller.closed = True

"""LocalEmu knows FIFO queues as event sources, and then looks for a service of the name it gives them."""

from __future__ import annotations

from typing import Any

from localemu.services.lambda_ import provider


def install() -> None:
    """Find the service of queues under that name too."""
    load = provider.load_service

    def load_service(name: str, *args: Any, **kwargs: Any) -> Any:
        return load(name.removesuffix("-fifo"), *args, **kwargs)

    provider.load_service = load_service

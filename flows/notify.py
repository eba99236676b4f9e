"""Notify: Prefect's server calls an address when a run fails, whatever began it and whether or not anybody looks.

In comes the address, as a Slack or Mattermost webhook has it; out come a block and automations on the server that
Prefect's settings name, in the place of those of before: two that tell, and one by which a run that is lost with its
worker ends, so that it is told as well. Refused is a server that ends with the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from prefect import get_client
from prefect.blocks.webhook import Webhook
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.settings import get_current_settings
from prefect.types import SecretDict
from pydantic import SecretStr

from flows.server import ServerError
from tasks.tables import STAGES

_BLOCK = "sitrep-failures"
_FAILED = {"prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.flow-run.TimedOut"}
# of a run that fails, its stage fails as well: the flow as a whole, and what was begun alone, are told
_TOLD = {
    "sitrep tells of failed runs": {"prefect.resource.role": "flow", "prefect.resource.name": ["run", "forget"]},
    "sitrep tells of failed deployments": {
        "prefect.resource.role": "deployment",
        "prefect.resource.name": [*STAGES, "watch", "prune"],
    },
}
_LOST = "sitrep ends lost runs"
_BEAT = "prefect.flow-run.heartbeat"
# runs of a worker say every three minutes that they live
_LOST_AFTER = timedelta(minutes=10)
_TEXT = "'Sitrep: ' ~ flow_run.name ~ ' ' ~ flow_run.state.name | lower ~ ': ' ~ flow_run.state.message"
_PAYLOAD = '{"text": {{ (' + _TEXT + ") | tojson }}}"


def notify(url: str) -> None:
    """Have failures told to this address, as JSON with a `text`. Raises ServerError where no server is named."""
    if not get_current_settings().api.url:
        raise ServerError("no server is named that would outlast this command; set PREFECT_API_URL to one that runs")
    hook = Webhook(url=SecretStr(url), headers=SecretDict({"Content-Type": "application/json"}))
    # outside of a coroutine it is the id itself
    block_id = cast(UUID, hook.save(_BLOCK, overwrite=True))
    silence()
    end_lost_runs()
    with get_client(sync_client=True) as client:
        for name, match in _TOLD.items():
            client.create_automation(_automation(name, match, block_id))


def silence() -> None:
    """Have failures told no longer."""
    for name in _TOLD:
        _delete(name)


def end_lost_runs(after: timedelta = _LOST_AFTER) -> None:
    """Have runs of a worker that were silent for so long end as crashed: they died with it, and would run for ever."""
    _delete(_LOST)
    ended = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}
    trigger = EventTrigger(
        after={_BEAT},
        expect={_BEAT, *ended},
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=after,
    )
    message = "lost with its worker; what it did is kept, and the next run goes on from there"
    action = ChangeFlowRunState(state=StateType.CRASHED, name=None, message=message, force=False)
    with get_client(sync_client=True) as client:
        client.create_automation(AutomationCore(name=_LOST, trigger=trigger, actions=[action]))


def _delete(name: str) -> None:
    with get_client(sync_client=True) as client:
        for old in client.read_automations_by_name(name):
            client.delete_automation(old.id)


def _automation(name: str, match: Mapping[str, Any], block_id: UUID) -> AutomationCore:
    return AutomationCore(
        name=name,
        trigger=EventTrigger(
            expect=_FAILED,
            match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification(dict(match)),
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[CallWebhook(block_document_id=block_id, payload=_PAYLOAD)],
    )

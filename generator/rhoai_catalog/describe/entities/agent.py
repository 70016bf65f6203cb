"""An agent that a model catalog offers -> AiResource `agent`, as the AI catalog of RHDH 2.1 shows agents."""

from __future__ import annotations

from rhoai_catalog.describe.aspects.ai_asset import put_ai_asset
from rhoai_catalog.describe.aspects.offer import put_offer, where
from rhoai_catalog.describe.aspects.ownership import owner
from rhoai_catalog.describe.context import Described, OfferContext
from rhoai_catalog.describe.entities.draft import Draft
from rhoai_catalog.snapshot import Agent
from rhoai_catalog.text.prose import line


def describe(context: OfferContext[Agent]) -> Described:
    """The AiResource of an agent. Where its code is stands among the links: `backstage.io/source-location` would say,
    too, where Backstage has to look for its pages.
    """
    draft, agent = Draft(context), context.offer
    put_offer(draft, context)
    owner(draft, ())
    put_ai_asset(draft, "agent")
    draft.put("/spec/type", context.kind.type, "what every agent is")
    draft.annotation("rhoai-catalog/framework", line(agent.framework or ""), f"{where(agent)} framework")
    return Described(entity=draft.entity())

"""Tell an owner; pause what people leave."""

from uuid import UUID

from sello.domains.campaign import actions as campaigns
from sello.domains.campaign.alerts import queries
from sello.domains.campaign.alerts.rules import BLAMED, Alert, AlertKind, is_too_many
from sello.events import CampaignAlerted
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CampaignId, CustomerId, new_id


async def raise_alert(
    tx: Db, business_id: BusinessId, campaign_id: UUID, kind: AlertKind, details: dict[str, int | str]
) -> bool:
    """Note something for the owner, once a campaign, kind and day of the shop; False when it stands there already.

    `details` are counts and ids, never personal data. A step of the transaction that found it out.
    """
    noted = await queries.insert_alert(tx, business_id, new_id(), campaign_id, kind=kind, details=dict(details))
    if noted is None:
        return False
    await facts.record(tx, business_id, CampaignAlerted(alert_id=noted.id, campaign_id=campaign_id, kind=kind))
    return True


async def see(db: Db, caller: Caller, alert_id: UUID) -> Alert:
    """Somebody of the shop looked at it; the first time counts. Refuses not_found."""
    by = None if caller.role == "admin" else caller.account_id
    seen = await queries.see_alert(db, caller.business_id, alert_id, by=by)
    if seen is None:
        raise Refused("not_found")
    return seen


async def watch_opt_outs(db: Db, business_id: BusinessId, customer_id: CustomerId) -> bool:
    """Somebody left: pause the campaign that wrote to them last when too many did; whether it was paused now.

    Counts anew each time and pauses what is active alone, so it may run twice and in any order.
    """

    async def work(tx: Db) -> bool:
        leaving = await queries.leaving_of(tx, business_id, customer_id, blamed=BLAMED)
        if leaving is None or not is_too_many(leaving.opt_outs, leaving.sent):
            return False
        if not await campaigns.pause(tx, business_id, CampaignId(leaving.campaign_id), "opt_outs"):
            return False
        counts: dict[str, int | str] = {"sent": leaving.sent, "opt_outs": leaving.opt_outs}
        await raise_alert(tx, business_id, leaving.campaign_id, "opt_outs", counts)
        return True

    return await db.transact(business_id, work)

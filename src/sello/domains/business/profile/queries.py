"""A shop's profile."""

from sello.domains.business.profile.rules import Profile
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


async def profile_of(db: Db, business_id: BusinessId) -> Profile | None:
    """The shop's profile."""
    return await db.fetch_one(
        Profile,
        business_id,
        """
        SELECT id, slug, name, zone, locale, rule_version, colour_light, colour_dark, picture,
               setup_done, inactivity_threshold_days, closed_at, poster_design
        FROM businesses WHERE id = %(business_id)s
        """,
    )


async def locked_profile(db: Db, business_id: BusinessId) -> Profile | None:
    """The shop's profile, locked against other changes until the transaction ends. Stamps do not wait for it."""
    return await db.fetch_one(
        Profile,
        business_id,
        """
        SELECT id, slug, name, zone, locale, rule_version, colour_light, colour_dark, picture,
               setup_done, inactivity_threshold_days, closed_at, poster_design
        FROM businesses WHERE id = %(business_id)s FOR NO KEY UPDATE
        """,
    )


async def put_profile(db: Db, business_id: BusinessId, profile: Profile) -> int:
    """Write the whole profile; raises UniqueViolation when the address is or was another shop's.

    The database has to know the zone too: it counts the days.
    """
    return await db.execute(
        business_id,
        """
        UPDATE businesses SET slug = %(slug)s, name = %(name)s, zone = %(zone)s, locale = %(locale)s,
          colour_light = %(colour_light)s, colour_dark = %(colour_dark)s, picture = %(picture)s,
          setup_done = %(setup_done)s, inactivity_threshold_days = %(inactivity_threshold_days)s,
          poster_design = %(poster_design)s
        WHERE id = %(business_id)s AND (app_now() AT TIME ZONE %(zone)s) IS NOT NULL
        """,
        slug=profile.slug,
        name=profile.name,
        zone=profile.zone,
        locale=profile.locale,
        colour_light=profile.colour_light,
        colour_dark=profile.colour_dark,
        picture=profile.picture,
        setup_done=profile.setup_done,
        inactivity_threshold_days=profile.inactivity_threshold_days,
        poster_design=profile.poster_design,
    )

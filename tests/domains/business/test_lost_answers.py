"""Refreshing over a bad line: of all answers one in twenty is lost, and nobody is signed out by that."""

import asyncio
import random

import pytest

from sello.domains.business.sessions.actions import LogIn, log_in, refresh
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool
from sello.shared.auth import Passwords, TokenIssuer
from tests.domains.business.people import PASSWORD, found_shop
from tests.support.servers import TestDatabase

CLIENTS = 8
LOST = 0.05


async def refresh_on_a_bad_line(db: PlatformPool, settings: Settings, *, times: int, seed: int) -> tuple[int, int]:
    """(refreshes, lost answers) of one client, each refresh with the token of the last answer that arrived."""
    line, tokens, passwords = random.Random(seed), TokenIssuer(settings.keys), Passwords(rounds=4)
    keeper = await found_shop(db)
    who = LogIn(keeper.email, PASSWORD, None, None, f"10.9.{seed}.0/24", "")
    signed_in, _ = await log_in(db, passwords, settings.keys, tokens, who)
    passwords.close()
    token, lost = signed_in.refresh_token, 0
    for _ in range(times):
        while True:
            answer = await refresh(db, settings.keys, tokens, token)  # raises when the session has ended
            if line.random() >= LOST:
                token = answer.refresh_token
                break
            lost += 1
    return times, lost


async def refresh_many(db: PlatformPool, settings: Settings, times: int) -> None:
    clients = (refresh_on_a_bad_line(db, settings, times=times // CLIENTS, seed=seed) for seed in range(CLIENTS))
    done = await asyncio.gather(*clients)
    refreshed, lost = sum(times for times, _ in done), sum(lost for _, lost in done)
    assert refreshed == times
    assert lost > times * LOST / 2
    print(f"{refreshed} refreshes, {lost} answers lost, 0 sessions ended")


async def test_lost_answers_sign_nobody_out(
    platform_db: PlatformPool, settings: Settings, database: TestDatabase
) -> None:
    await refresh_many(platform_db, settings, 800)


@pytest.mark.proof
async def test_a_hundred_thousand_refreshes_sign_nobody_out(
    platform_db: PlatformPool, settings: Settings, database: TestDatabase
) -> None:
    await refresh_many(platform_db, settings, 100_000)

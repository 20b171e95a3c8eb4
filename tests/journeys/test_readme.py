"""The README's tour, word for word: its shell blocks run in order against `sello up` with the demo world."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sello.infrastructure.database.embedded import free_port
from sello.shared import clock
from sello.shared.ids import new_id

ROOT = Path(__file__).parents[2]
READY_SECONDS = 120


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder that looks like the checkout (.venv, .sello) with `sello up` going in it; and its address."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "sello").symlink_to(Path(sys.executable).with_name("sello"))
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_", "SELLO_"))}
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [".venv/bin/sello", "up"], cwd=folder, env=environment | {"PORT": str(port)}, stdout=log, stderr=log
        )
    try:
        _wait_for_ready(process, folder / "up.log")
        yield folder, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, (folder / "up.log").read_text()


def _wait_for_ready(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "sello is ready" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def tour() -> str:
    """The shell blocks of the tour, joined; each line's output is marked by a bold heading's name."""
    text = (ROOT / "README.md").read_text().split("## A tour over HTTP in five minutes")[1].split("\n## ")[0]
    parts = re.findall(r"\*\*(?P<name>[^*]+)\*\*|```sh\n(?P<code>.*?)```", text, re.DOTALL)
    return "set -eu\n" + "\n".join(f"echo '== {name}'" if name else code for name, code in parts)


def test_the_tour_works_word_for_word(running: tuple[Path, str]) -> None:
    folder, base = running
    done = subprocess.run(
        ["bash", "-c", tour()], cwd=folder, env=os.environ | {"BASE": base}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1] for part in done.stdout.split("== ")[1:]}
    assert '"version":1' in said["Rosa signs in."]
    assert said["A customer joins"].strip() == "True"
    assert f"{base}/legal/cafe-luna/privacy/" in said["What she agreed to"]
    assert "Con 10 sellos se llena la tarjeta: Almuerzo gratis." in said["What she agreed to"]
    assert '"merged":false' in said["At the counter"]
    assert said["Five stamps"].strip() == "5"
    assert said["Too soon"].startswith(("Ya se selló", "Muy pronto"))  # by how fast one types
    assert said["The coffee"].startswith("Café gratis\n20")
    assert "ya se entregó" in said["A mistake"]
    assert '"kind":"redeem"' in said["A mistake"]
    active, meaning = said["What it comes to"].strip().splitlines()
    assert float(active) > 20
    assert meaning.startswith("De los clientes con una visita")
    assert "Every card equals its ledger." in said["Proof."]
    assert "cafe-luna" in said["Proof."]
    assert "Every law holds." in said["Proof."]


def test_a_stamp_of_the_demo_is_seen_in_a_played_iphone(running: tuple[Path, str]) -> None:
    """Some of the demo's guests keep their card in one, and the whole loop runs without any account."""
    folder, base = running
    printed = re.search(r"iPhones, played +(http://\S+)", (folder / "up.log").read_text())
    assert printed is not None
    with httpx.Client(base_url=base, headers={"X-Client": "api"}, timeout=20) as http:
        rosa = {"email": "rosa@cafeluna.pe", "password": "tarjeta-de-sellos"}
        token = http.post("/api/v1/auth/login", json=rosa).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        phones = {one["name"]: one["cards"] for one in httpx.get(f"{printed[1]}/phones").json()["phones"]}
        assert len(phones) == 4
        assert all(card["registered"] and not card["error"] for [card] in phones.values())
        assert http.get("/api/v1/wallets").json()["shares"]["apple"] == 4
        assert "ana-torres" in phones
        name = min(phones.keys() - {"ana-torres"})  # Ana's card is the integrators' guide's
        [before] = phones[name]
        stamp = {
            "id": str(new_id()),
            "scan_code": before["code"],
            "occurred_at": clock.now().isoformat(),
            "override_reason": "A test",
        }
        assert http.post("/api/v1/stamps", json=stamp).status_code == 201
    deadline = time.monotonic() + 30
    while (after := httpx.get(f"{printed[1]}/phones/{name}").json()["cards"][0])["header"] == before["header"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert after["fetches"] == before["fetches"] + 1


def test_rosa_sees_what_her_campaigns_did_and_ana_is_written_to(running: tuple[Path, str]) -> None:
    """Five weeks of one campaign are there to be read, and the worker sends the other to the played chats."""
    folder, base = running
    chats = re.search(r"Chats, played +(http://\S+)", (folder / "up.log").read_text())
    assert chats is not None
    with httpx.Client(base_url=base, headers={"X-Client": "api"}, timeout=20) as http:
        rosa = {"email": "rosa@cafeluna.pe", "password": "tarjeta-de-sellos"}
        token = http.post("/api/v1/auth/login", json=rosa).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        assert [one["state"] for one in http.get("/api/v1/templates").json()["templates"]] == ["approved"] * 2
        new, old = http.get("/api/v1/campaigns").json()["campaigns"]
        results = http.get(f"/api/v1/campaigns/{old['id']}/results").json()
        counts, lift = results["counts"], results["lift"]
        assert (counts["redeemed"], counts["opted_out"], counts["failed"]) == (8, 1, 1)
        assert 18 <= counts["sent"] <= 45
        assert counts["sent"] > counts["delivered"] > counts["read"] > counts["clicked"] >= 8
        assert {one["why"] for one in results["released"]} >= {"visited", "opt_out", "refused"}
        assert lift["state"] == "measured"
        assert lift["holdout"]["customers"] >= 20
        assert lift["visitors"]["low"] < lift["visitors"]["difference"] < lift["visitors"]["high"]
        assert len(http.get(f"/api/v1/campaigns/{old['id']}/left-out").json()["customers"]) > 5
        ana = http.get("/api/v1/customers", params={"q": "Ana Torres"}).json()["customers"][0]["id"]
        deadline = time.monotonic() + 60
        while True:
            messages = http.get(f"/api/v1/customers/{ana}/messages").json()["messages"]
            if [(one["campaign_id"], one["state"]) for one in messages] == [(new["id"], "delivered")]:
                break
            assert time.monotonic() < deadline, messages
            time.sleep(0.2)
        answers = http.get(f"/api/v1/customers/{ana}/campaign-answers").json()["answers"]
        assert [one["outcome"] for one in answers] == ["message", "no_match"]
    [hers] = httpx.get(f"{chats[1]}/chats/+51987654321").json()["messages"]
    assert hers["text"].startswith("¡Ya casi, Ana! Te falta muy poco para Café gratis en Café Luna")
    # What was said before the first start is remembered, too: somebody pressed a button, and was answered.
    known = httpx.get(f"{chats[1]}/chats").json()["chats"]
    talks = [httpx.get(f"{chats[1]}/chats/{one['phone']}").json()["messages"] for one in known]
    assert [one["text"] for talk in talks for one in talk if one["mine"]] == ["No recibir más"]
    assert any([one["mine"] for one in talk] == [False, True, False] for talk in talks)


def test_what_integrators_are_told_works_word_for_word(running: tuple[Path, str]) -> None:
    folder, base = running
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "integrators.md").read_text(), re.DOTALL)
    done = subprocess.run(
        ["bash", "-c", "set -eu\n" + "\n".join(blocks)],
        cwd=folder, env=os.environ | {"BASE": base}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    *codes, last = done.stdout.split()
    assert codes == ["201", "200", "forbidden", "204"], done.stdout + done.stderr
    assert last in ("membership_ended", "key_ended")  # by how many processes have heard of it


def test_both_shops_have_their_poster_and_one_of_them_a_logo(running: tuple[Path, str]) -> None:
    _, base = running
    with httpx.Client(base_url=base, headers={"X-Client": "api"}, timeout=20) as client:
        for email, has_logo in (("rosa@cafeluna.pe", True), ("jorge@bodegasol.pe", False)):
            login = {"email": email, "password": "tarjeta-de-sellos"}
            signed_in = client.post("/api/v1/auth/login", json=login).json()
            headers = {"Authorization": f"Bearer {signed_in['access_token']}"}
            address = f"/api/v1/businesses/{signed_in['business_id']}"
            profile, poster = (
                client.get(address, headers=headers).json(),
                client.get(f"{address}/poster", headers=headers),
            )
            assert (profile["logo_url"] is not None) == has_logo
            assert poster.status_code == 200, poster.text
            assert client.get(poster.json()["url"]).content.startswith(b"%PDF-")
            if has_logo:
                assert client.get(profile["logo_url"]).headers["content-type"] == "image/png"

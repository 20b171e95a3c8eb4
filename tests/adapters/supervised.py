"""A supervisor with tiny children, run as a process by the supervisor's tests: `HOME PORT KIND`."""

import os
import sys
from pathlib import Path

import psycopg

from sello.entry.home import Home
from sello.entry.processes import ChildSpec
from sello.entry.supervisor import Plan, Supervisor, real_plan

API = """
import http.server, json, os, signal, sys, threading, time

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"pid": os.getpid(), "environ": dict(os.environ)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

def stop(*_):
    open(os.path.join(os.environ["SELLO_HOME"], "stopped"), "a").write("api ")
    os._exit(0)

signal.signal(signal.SIGTERM, stop)
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health)
server.serve_forever()
"""
WORKER = """
import os, pathlib, signal

def stop(*_):
    open(os.path.join(os.environ["SELLO_HOME"], "stopped"), "a").write("worker ")
    os._exit(0)

signal.signal(signal.SIGTERM, stop)
pathlib.Path(os.environ["SELLO_READY_FILE"]).write_text(str(os.getpid()))
while True:
    signal.pause()
"""
DEMO = """
import json, os, pathlib, psycopg
with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as db:
    db.execute("INSERT INTO businesses VALUES ('Cafe')")
world = {"logins": ["rosa: a password"]}
pathlib.Path(os.environ["SELLO_HOME"], "world.json").write_text(json.dumps(world))
"""
BROKEN = "import sys; sys.exit('no such table of stamps')"


def migrate(owner_url: str) -> None:
    """One table that the platform role may use, as the real migrations make many."""
    with psycopg.connect(owner_url) as db:
        db.execute("CREATE TABLE IF NOT EXISTS businesses (name text)")
        db.execute("GRANT SELECT ON businesses TO sello_platform")


def main(home: str, port: str, kind: str) -> int:
    """Run until told to stop; `broken` has a worker that ends at once."""
    python = (sys.executable, "-c")
    worker = BROKEN if kind == "broken" else WORKER
    plan = Plan(
        children=(
            ChildSpec(name="api", argv=(*python, API, port), ready="http", port=int(port)),
            ChildSpec(name="worker", argv=(*python, worker), ready="file"),
        ),
        migrate=migrate,
        wants_demo=real_plan(int(port)).wants_demo,
        demo=(*python, DEMO),
    )
    return Supervisor(Home(Path(home)), port=int(port), plan=plan, environ=os.environ).run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

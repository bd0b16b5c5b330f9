"""The control API of a live bot: every line of the original's documentation, refusals, streams, metrics, description.

A real bot quotes on the local exchange. curl sends what the original's README says; a reader of server-sent events is
cut off and resumes; Prometheus' parser reads the metrics; schemathesis tries the description from end to end.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

APUS = sys.argv[1]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSED, FAILED = [], []


def check(name, ok, detail=""):
    (PASSED if ok else FAILED).append(name)
    print(("ok    " if ok else "FAIL  ") + name + (f"  ({detail})" if detail and not ok else ""), flush=True)


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


class Venue:
    def __init__(self, folder, name, *markets):
        listed = [word for market in markets for word in ("--market", market)]
        self.name = name
        self.process = subprocess.Popen(
            [APUS, "venue", name, "--flow", "synthetic", "--seed", "7", *listed],
            stdout=subprocess.PIPE, stderr=open(os.path.join(folder, f"{name}.log"), "w"), text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.account = self.ready["accounts"][0]
        # The paths that follow are the client's own.
        self.rest, self.stream = ("/".join(self.ready[key].split("/")[:3]) for key in ("rest", "ws"))

    def open_orders(self):
        url = f"{self.rest}/apus/ledger?account={self.account['name']}"
        with urllib.request.urlopen(url, timeout=5) as reply:
            return sum(market["open_orders"] for market in json.load(reply)["markets"])

    def environment(self):
        account = self.account
        if self.name == "aster":
            keys = {"ASTERDEX_API_KEY": account["api_key"], "ASTERDEX_API_SECRET": account["api_secret"]}
        else:
            keys = {
                "EXTENDED_API_KEY": account["api_key"], "EXTENDED_VAULT": str(account["vault"]),
                "EXTENDED_PRIVATE_KEY": account["private_key"], "EXTENDED_PUBLIC_KEY": account["public_key"],
            }
        return dict(os.environ, MM_LOG_LEVEL="DEBUG", **keys)

    def secrets(self):
        return [str(self.account[key]) for key in ("api_key", "api_secret", "private_key") if key in self.account]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Bot:
    """A bot with a control API, and a client for it."""

    def __init__(self, folder, venue, template, *extra, name="bot"):
        self.folder, self.venue = folder, venue
        self.state = os.path.join(folder, f"{name}-state")
        self.err = os.path.join(folder, f"{name}.err")
        config = os.path.join(folder, f"{name}.json")
        subprocess.run([APUS, "init", template, "--output", config], check=True, capture_output=True)
        self.process = subprocess.Popen(
            [APUS, "run", config, "--headless", "--json", "--control", "127.0.0.1:0",
             "--set", f"endpoints.rest={venue.rest}", "--set", f"endpoints.stream={venue.stream}",
             "--set", f"state_directory={self.state}", *extra],
            stdout=open(os.path.join(folder, f"{name}.out"), "w"), stderr=open(self.err, "w"), cwd=folder,
            env=venue.environment())
        if not wait_for(lambda: self.left() is not None):
            sys.exit(f"the bot left no address: {self.text()[-2000:]}")
        left = self.left()
        self.host, self.port = left["address"].rsplit(":", 1)
        self.address, self.token_file = left["address"], left["token_file"]
        self.token = open(self.token_file).read().strip() if self.token_file else None

    def left(self):
        for folder, _, files in os.walk(self.state):
            if "control.json" in files:
                return json.load(open(os.path.join(folder, "control.json")))
        return None

    def text(self):
        return open(self.err).read()

    def request(self, method, path, body=None, headers=None, token=True):
        connection = http.client.HTTPConnection(self.host, int(self.port), timeout=60)
        fields = {"Authorization": f"Bearer {self.token}"} if token and self.token else {}
        if body is not None:
            fields["Content-Type"] = "application/json"
        fields.update(headers or {})
        connection.request(method, path, body, {k: v for k, v in fields.items() if v is not None})
        reply = connection.getresponse()
        raw = reply.read()
        connection.close()
        isjson = (reply.headers.get("Content-Type") or "").startswith("application/json")
        return reply.status, json.loads(raw) if isjson else raw.decode(), reply.headers

    def get(self, path):
        status, value, _ = self.request("GET", path)
        assert status == 200, f"{path}: {status} {value}"
        return value

    def apus(self, *words, check_state=True):
        state = ["--state-directory", self.state] if check_state else []
        return subprocess.run([APUS, *words, *state], capture_output=True, text=True, timeout=60, cwd=self.folder)

    def quoting(self):
        return wait_for(lambda: self.get("/api/bot/status")["current_quotes"]["bid"] is not None
                        and self.get("/api/bot/status")["current_quotes"]["ask"] is not None, 60)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None


def curl(bot, *words, token=True):
    header = ["-H", f"Authorization: Bearer {bot.token}"] if token and bot.token else []
    done = subprocess.run(["curl", "-sS", *header, *words], capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def documented_lines(bot, percent, token=True):
    """The curl lines of the original, with this bot's port."""
    at = f"http://localhost:{bot.port}/api/bot"
    name = "with the token" if token else "without a token"

    def line(*words):
        return curl(bot, *words, token=token)

    kind = (lambda value: isinstance(value, (int, float)) and not isinstance(value, bool))
    line("-X", "POST", f"{at}/stop")
    started = line("-X", "POST", f"{at}/start")
    check(f"curl {name}: start has its shape", set(started) == {"status", "config"} and started["status"] == "started",
          str(started))
    if percent:
        config = started["config"]
        check(f"curl {name}: the configuration has the original's members and types",
              set(config) == {"market", "spread_percentage", "order_size", "refresh_interval", "price_move_threshold"}
              and isinstance(config["market"], str) and isinstance(config["order_size"], str)
              and all(kind(config[k]) for k in ("spread_percentage", "refresh_interval", "price_move_threshold")),
              str(config))
    check(f"curl {name}: it quotes", bot.quoting(), bot.text()[-2000:])
    status = line(f"{at}/status")
    check(f"curl {name}: status has its shape", list(status) == [
        "running", "config", "active_orders", "last_quote_price", "current_quotes", "order_ids"]
        and status["running"] is True and kind(status["last_quote_price"]) and kind(status["current_quotes"]["bid"])
        and kind(status["current_quotes"]["ask"]) and status["active_orders"] == len(status["order_ids"]), str(status))
    field = {"spread_percentage": 0.002, "order_size": "0.002"} if percent else {"half_spread": "0.0007"}
    body = ["-H", "Content-Type: application/json", "-d", json.dumps(field)]
    refused = line("-X", "POST", f"{at}/config", *body)
    check(f"curl {name}: config is refused while it runs", refused.get("error") == "conflict", str(refused))
    stopped = line("-X", "POST", f"{at}/stop")
    check(f"curl {name}: stop leaves nothing resting",
          stopped == {"status": "stopped", "orders_open": 0} and bot.venue.open_orders() == 0, str(stopped))
    changed = line("-X", "POST", f"{at}/config", *body)
    check(f"curl {name}: config changes while it is stopped", changed.get("status") == "updated" and all(
        float(changed["config"][k]) == float(v) for k, v in field.items()), str(changed))
    logs = line(f"{at}/logs?limit=50")
    check(f"curl {name}: logs are lines", 0 < len(logs["logs"]) <= 50, str(logs)[:300])


def broadcaster(bot):
    check("broadcaster: mark prices are numbers, and fresh", bot.quoting() and wait_for(
        lambda: bot.get("/api/broadcaster/stats")["mark_prices"].get("BTC-USD") is not None))
    stats = bot.get("/api/broadcaster/stats")
    check("broadcaster: connected, and heard from lately",
          stats["connected"] is True and 0 <= stats["last_update_age_seconds"] < 5, str(stats))


def refusals(bot):
    def status(*arguments, **options):
        return bot.request(*arguments, **options)[0]

    before = bot.get("/api/bot/status")["running"]
    for path in ("/api/bot/status", "/api/pnl", "/metrics", "/api/events", "/orders"):
        check(f"{path} asks for the token", status("GET", path, token=False) == 401)
    check("a wrong token is refused", status("POST", "/api/bot/start", headers={"Authorization": "Bearer x"}) == 401)
    check("another Host is refused", status("POST", "/api/bot/start", headers={"Host": "evil.example"}) == 421)
    check("another Origin is refused",
          status("POST", "/api/bot/start", headers={"Origin": "http://evil.example"}) == 403)
    code, _, headers = bot.request("OPTIONS", "/api/bot/start", headers={
        "Origin": f"http://{bot.address}", "Access-Control-Request-Method": "POST"})
    check("no CORS header is ever sent", code == 204 and not any(k.startswith("Access-Control") for k in headers))
    check("none of them changed anything", bot.get("/api/bot/status")["running"] == before)
    check("a form is not taken for JSON", status(
        "POST", "/api/kill", "confirm=true", headers={"Content-Type": "application/x-www-form-urlencoded"}) == 415)
    code, value, _ = bot.request("POST", "/api/bot/config", '{"spread": ]')
    check("bad JSON is told with its place", code == 400 and value["offset"] == 11, str(value))
    code, value, headers = bot.request("PUT", "/api/bot/start")
    check("another method is told what is allowed", code == 405 and "POST" in headers["Allow"], str(value))
    check("an unknown path is JSON too", bot.request("GET", "/api/nothing")[1].get("error") == "not_found")
    check("a body beyond the bound is refused", status("POST", "/api/kill", "x" * 100_000) == 413)


class Events:
    """A reader of server-sent events that notes ids, names and data."""

    def __init__(self, bot, after=None):
        self.socket = socket.create_connection((bot.host, int(bot.port)), timeout=20)
        lines = ["GET /api/events HTTP/1.1", f"Host: {bot.address}", f"Authorization: Bearer {bot.token}"]
        if after is not None:
            lines.append(f"Last-Event-ID: {after}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.bytes = b""

    def read(self, until, seconds=20):
        self.socket.settimeout(0.2)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not until(self):
            try:
                piece = self.socket.recv(65536)
            except TimeoutError:
                continue
            if not piece:
                break
            self.bytes += piece
        return until(self)

    @property
    def ids(self):
        return [int(x) for x in re.findall(rb"^id: (\d+)\r?$", self.bytes, re.M)]

    @property
    def names(self):
        return [x.decode() for x in re.findall(rb"^event: (\S+)\r?$", self.bytes, re.M)]

    def close(self):
        self.socket.close()


def streams(bot):
    first = Events(bot)
    bot.request("POST", "/api/bot/stop")
    bot.request("POST", "/api/bot/start")
    check("events: a stop and a start are told", first.read(lambda e: e.names.count("state") >= 3), str(first.names))
    check("events: orders are told", first.read(lambda e: "order" in e.names), str(first.names))
    last = first.ids[-1]
    first.close()
    bot.request("POST", "/api/cancel-all")
    bot.request("POST", "/api/bot/start")
    time.sleep(0.5)
    second = Events(bot, last)
    check("events: a connection that was cut resumes after its last event",
          second.read(lambda e: len(e.ids) > 2) and second.ids[0] == last + 1
          and second.ids == list(range(last + 1, last + 1 + len(second.ids))), str(second.ids[:5]))
    second.close()
    stale = Events(bot, 1)
    check("events: what is no longer kept is told", stale.read(lambda e: "gap" in e.names), str(stale.names[:3]))
    stale.close()


def metrics(bot):
    _, text, headers = bot.request("GET", "/metrics")
    check("metrics: content type of the text format", headers["Content-Type"].startswith("text/plain; version=0.0.4"))
    families = list(text_string_to_metric_families(text))
    names = [family.name for family in families]
    check("metrics: Prometheus' parser reads every line",
          sum(len(family.samples) for family in families) == sum(
              1 for line in text.splitlines() if line and not line.startswith("#")), str(names))
    check("metrics: every family has help and a type, once",
          len(set(names)) == len(names) and all(f.documentation and f.type in ("counter", "gauge") for f in families))
    check("metrics: profit by source", {s.labels["source"] for f in families if f.name == "apus_pnl"
                                        for s in f.samples} == {"spread", "inventory", "fees", "funding"})


def profit(bot):
    from decimal import Decimal

    total = bot.get("/api/pnl")["total"]
    parts = sum(Decimal(total[k]) for k in ("spread", "inventory", "fees", "funding"))
    check("pnl: the parts sum exactly to the change in equity",
          parts == Decimal(total["net"]) == Decimal(total["equity_change"])
          and Decimal(total["identity_residual"]) == 0, str(total))
    limits = bot.get("/api/limits")["limits"]
    check("limits: value, use and room agree", all(
        Decimal(x["used"]) + Decimal(x["room"]) == Decimal(x["value"]) for x in limits
        if x["used"] is not None and x["name"] != "min_balance_usd"), str(limits))


def clients(bot):
    status = bot.apus("status")
    check("apus status: finds the bot by itself", status.returncode == 0 and "total" in status.stdout or
          bot.venue.name in status.stdout, status.stderr)
    document = json.loads(bot.apus("status", "--json").stdout)
    check("apus status --json: bot, profit and limits", set(document) == {"bot", "pnl", "limits"})
    done = bot.apus("cancel-all")
    check("apus cancel-all: nothing rests", done.returncode == 0 and bot.venue.open_orders() == 0, done.stderr)
    check("apus start: resumes", bot.apus("start").returncode == 0 and bot.quoting())
    again = bot.apus("start")
    check("apus start twice: exit 75 and a reason", again.returncode == 75 and "already" in again.stderr, again.stderr)
    done = bot.apus("flatten", "--yes")
    check("apus flatten: every position is closed", done.returncode == 0, done.stderr)
    done = bot.apus("flatten")
    check("apus flatten without --yes asks, and with nobody to ask refuses", done.returncode == 64, done.stderr)
    done = bot.apus("stop")
    check("apus stop: waits until nothing rests", done.returncode == 0 and "nothing rests" in done.stdout
          and bot.venue.open_orders() == 0, done.stdout + done.stderr)
    check("apus stop twice: exit 75", bot.apus("stop").returncode == 75)
    follow = subprocess.Popen([APUS, "logs", "-f", "-n", "5", "--state-directory", bot.state],
                              stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    bot.apus("start")
    bot.quoting()
    time.sleep(0.5)
    follow.send_signal(signal.SIGINT)
    text = follow.communicate(timeout=10)[0]
    check("apus logs -f: shows lines, then events", "place" in text and len(text.splitlines()) > 5, text[-500:])
    top = bot.apus("top")
    check("apus top: one picture without a terminal", top.returncode == 0 and
          bot.venue.name in top.stdout and "private stream" in top.stdout, top.stdout + top.stderr)
    nobody = subprocess.run([APUS, "status", "--state-directory", "/nowhere"], capture_output=True, text=True)
    check("apus status: exit 69 when nothing runs", nobody.returncode == 69 and "--control" in nobody.stderr)
    closed = subprocess.run([APUS, "status", "--control", "127.0.0.1:1", "--state-directory", "/nowhere"],
                            capture_output=True, text=True)
    check("apus status: exit 69 when nothing listens", closed.returncode == 69, closed.stderr)
    strange = subprocess.run([APUS, "status", "--control", bot.address, "--state-directory", "/nowhere"],
                             capture_output=True, text=True)
    check("apus status: exit 77 without the token", strange.returncode == 77 and "--token-file" in strange.stderr)


def kill_switch(bot):
    check("kill: needs a confirmation", bot.request("POST", "/api/kill", "{}")[0] == 422)
    code, value, _ = bot.request("POST", "/api/kill", '{"confirm": true, "reason": "the test says so"}')
    check("kill: halts", code == 200 and value == {"status": "halted", "reason": "the test says so"}, str(value))
    check("kill: nothing rests", wait_for(lambda: bot.venue.open_orders() == 0))
    check("kill: health says so", bot.request("GET", "/healthz", token=False)[0] == 503)
    check("kill: start is refused", bot.request("POST", "/api/bot/start")[0] == 409)
    check("kill: a person lifts it", bot.apus("start", "--resume").returncode == 0 and bot.quoting(), bot.text()[-800:])


def secrets(bot):
    _, text, _ = bot.request("GET", "/openapi.json", token=False)
    seen = json.dumps(text) + bot.text()
    for path in ("/api/bot/status", "/api/bot/logs?limit=1000", "/api/markets", "/api/fills", "/api/limits", "/metrics"):
        seen += str(bot.request("GET", path)[1])
    check("no reply and no log line holds a key or the token",
          not any(secret in seen for secret in bot.venue.secrets() + [bot.token]))
    check("the token's file is for its user only", os.stat(bot.token_file).st_mode & 0o077 == 0)


def description(bot):
    """schemathesis, every check, over every operation but the stream."""
    done = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file",
         os.path.join(ROOT, "schemathesis.toml"), "run", f"http://{bot.address}/openapi.json", "-H",
         f"Authorization: Bearer {bot.token}", "--checks", "all", "--max-examples", "40", "--seed", "1",
         "--request-timeout", "40"],
        capture_output=True, text=True, cwd=bot.folder, timeout=600)
    check("schemathesis finds nothing", done.returncode == 0, done.stdout[-6000:] + done.stderr[-500:])
    check("schemathesis: the bot lives on", bot.request("GET", "/healthz", token=False)[0] in (200, 503))


def without_token(folder, venue, template, percent):
    bot = Bot(folder, venue, template, "--control-no-auth", name="open")
    check("--control-no-auth: says what it means", "warning" in bot.text() and bot.token is None, bot.text()[:500])
    documented_lines(bot, percent, token=False)
    check("--control-no-auth: other sites are still refused", bot.request(
        "POST", "/api/bot/start", headers={"Origin": "http://evil.example"})[0] == 403)
    check("--control-no-auth: ends on a signal", bot.end() == 0, bot.text()[-1000:])
    remote = subprocess.run(
        [APUS, "run", os.path.join(folder, "open.json"), "--control", "0.0.0.0:0",
         "--set", f"state_directory={folder}/remote"], capture_output=True, text=True, env=venue.environment())
    check("another address needs --control-allow-remote",
          remote.returncode != 0 and "--control-allow-remote" in remote.stderr, remote.stderr)


def main():
    with tempfile.TemporaryDirectory() as folder:
        extended = Venue(folder, "extended", "BTC-USD")
        aster = Venue(folder, "aster")
        try:
            bot = Bot(folder, extended, "extended-percent")
            check("it quotes", bot.quoting(), bot.text()[-2000:])
            documented_lines(bot, percent=True)
            bot.request("POST", "/api/bot/start")
            broadcaster(bot)
            refusals(bot)
            streams(bot)
            metrics(bot)
            profit(bot)
            clients(bot)
            kill_switch(bot)
            secrets(bot)
            check("a signal ends it with nothing resting",
                  bot.end() == 0 and extended.open_orders() == 0, bot.text()[-1000:])
            check("its address is taken away", bot.left() is None)
            fuzzed = Bot(folder, extended, "extended-percent", name="fuzzed")
            description(fuzzed)
            fuzzed.end()
            check("schemathesis: nothing rests after it", wait_for(lambda: extended.open_orders() == 0))
            without_token(folder, aster, "aster-spread", percent=False)
        finally:
            aster.stop()
            extended.stop()
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    sys.exit(1 if FAILED else 0)


main()

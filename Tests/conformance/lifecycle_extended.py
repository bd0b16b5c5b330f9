"""The life of a live process on the local Extended: what a stop, a crash, a lost venue and a lying one leave behind.

Real processes and real sockets on loopback, two markets at once; the venue's own ledger is the judge. Standard library
only.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

APUS = sys.argv[1]
COUNTDOWN = 10  # seconds; the least that a configuration allows
LIMIT = 200.0  # limits.max_position_usd of the template
# Quotes beside the touch from the first second, so that there are fills and replacements all the time.
LIVELY = [
    "markets.*.alpha=0", "markets.*.base_spread=0.0001", "markets.*.replace_threshold_bps=0.3", "markets.BTC-USD.k=2000",
    "limits.max_repeated_fills=1000", f"countdown={COUNTDOWN}s",
]
CHAOS = [
    "reply-lost=1/20", "500-after-accept=1/20", "empty-body=1/30", "string-ids=1/5", "edit-fails-at-engine=1/20",
    "stream-beats-reply=1/5", "account-event-dropped=1/20", "account-event-duplicated=1/20", "seq-gap=1/500",
    "book-duplicated=1/500",
]
PASSED, FAILED = [], []


def check(name, ok, detail=""):
    (PASSED if ok else FAILED).append(name)
    print(("ok    " if ok else "FAIL  ") + name + (f"  ({detail})" if detail and not ok else ""), flush=True)


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Venue:
    def __init__(self, folder, *chaos, port=0):
        words = [word for fault in chaos for word in ("--chaos", fault)]
        self.process = subprocess.Popen(
            [APUS, "venue", "extended", "--market", "BTC-USD", "--market", "ETH-USD", "--flow", "synthetic", "--seed", "7",
             "--listen", f"127.0.0.1:{port}", *words],
            stdout=subprocess.PIPE, stderr=open(os.path.join(folder, "venue.log"), "a"), text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.account = self.ready["accounts"][0]
        self.root = self.ready["rest"].removesuffix("/api/v1")

    def ledger(self):
        with urllib.request.urlopen(f"{self.root}/apus/ledger?account={self.account['name']}", timeout=5) as reply:
            return json.load(reply)

    def open_orders(self):
        return sum(market["open_orders"] for market in self.ledger()["markets"])

    def chaos(self, setting):
        urllib.request.urlopen(f"{self.root}/apus/chaos", data=setting.encode(), timeout=5).close()

    def end(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.process.wait(10)


class Bot:
    def __init__(self, folder, venue, name, *settings, **environment):
        self.out, self.err = (os.path.join(folder, f"{name}.{kind}") for kind in ("out", "err"))
        account = venue.account
        keys = {
            "EXTENDED_API_KEY": account["api_key"], "EXTENDED_VAULT": str(account["vault"]),
            "EXTENDED_PRIVATE_KEY": account["private_key"], "EXTENDED_PUBLIC_KEY": account["public_key"],
            "MM_LOG_LEVEL": "DEBUG",
        }
        words = [word for setting in [*LIVELY, *settings] for word in ("--set", setting)]
        self.process = subprocess.Popen(
            [APUS, "run", os.path.join(folder, "config.json"), "--headless", "--json",
             "--set", f"endpoints.rest={venue.ready['rest']}", "--set", f"endpoints.stream={venue.ready['ws']}",
             "--set", f"state_directory={folder}/state", *words],
            stdout=open(self.out, "w"), stderr=open(self.err, "w"), env={**os.environ, **keys, **environment}, cwd=folder)

    def text(self):
        with open(self.err) as file:
            return file.read()

    def sends(self, after=0):
        return wait_for(lambda: "send place" in self.text()[after:], 60)

    def wait(self, seconds):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None

    def stop(self, number=signal.SIGTERM, seconds=45):
        self.process.send_signal(number)
        return self.wait(seconds)

    def summary(self):
        with open(self.out) as file:
            return json.load(file)


def quoting(bot, venue, after=0):
    return bot.sends(after) and wait_for(lambda: venue.open_orders() >= 2, 30)


def agrees(name, bot, venue, code):
    """After a stop: nothing rests, nothing is unknown, both books say the same, and no limit was exceeded."""
    check(f"{name}: exit code 0", code == 0, f"{code}: {bot.text()[-2000:]}")
    if code != 0:
        return
    ledger, summary = venue.ledger(), bot.summary()
    check(f"{name}: nothing rests at the venue", ledger["open_orders"] == 0)
    check(f"{name}: nothing is unresolved", summary["unresolved_after"] == 0, str(summary))
    check(f"{name}: the ledgers agree", float(summary["venue_ledger_difference"] or 1) == 0, str(summary))
    ours = {market["symbol"]: market["position"] for market in summary["markets"]}
    theirs = {market["symbol"]: market["position"] for market in ledger["markets"]}
    check(f"{name}: the positions agree", ours == theirs, f"{ours} {theirs}")
    worst = max(float(market["max_exposure_value"]) for market in ledger["markets"])
    check(f"{name}: no limit was exceeded", worst <= LIMIT, str(worst))


def refuses_what_cannot_work(folder, venue):
    cases = [
        ("an unknown market", 69, "XYZ-USD", ["markets.ETH-USD.market=XYZ-USD"], {}),
        ("a wrong API key", 69, "API key", [], {"EXTENDED_API_KEY": "0" * 32}),
        ("another vault", 69, "vault 10002", [], {"EXTENDED_VAULT": "10003"}),
        ("keys that do not match", 78, "public key", [], {"EXTENDED_PRIVATE_KEY": "0x123"}),
        ("the other network", 69, "SN_SEPOLIA", ["use_testnet=false"], {}),
        ("leverage in parts", 78, "expected a whole number, found 2.5", ["markets.BTC-USD.leverage=2.5"], {}),
    ]
    for name, expected, word, settings, environment in cases:
        bot = Bot(folder, venue, "refused", *settings, **environment)
        code = bot.wait(10)
        check(f"{name}: refused, with the reason", code == expected and word in bot.text(), f"{code} {bot.text()[-800:]}")
    venue.chaos("clock-skew=60000")
    bot = Bot(folder, venue, "skew")
    code = bot.wait(10)
    check("a wrong clock: refused, with the reason", code == 69 and "clock differs" in bot.text(), bot.text()[-800:])
    venue.chaos("clock-skew=0")


def stops_cleanly(folder, venue):
    bot = Bot(folder, venue, "stop")
    check("stop: it quotes both markets", quoting(bot, venue), bot.text()[-2000:])
    agrees("stop", bot, venue, bot.stop(signal.SIGINT))


def survives_a_crash(folder, venue):
    first = Bot(folder, venue, "before")
    check("kill -9: it quotes first", quoting(first, venue), first.text()[-2000:])
    first.process.kill()
    first.wait(5)
    second = Bot(folder, venue, "after")
    check("restart: it quotes again", quoting(second, venue), second.text()[-2000:])
    check("restart: no order stays beside its own", venue.open_orders() <= 4)
    third = Bot(folder, venue, "third")
    check("second instance: refused", third.wait(10) == 75 and "already" in third.text(), third.text()[-500:])
    agrees("restart", second, venue, second.stop())


def ends_while_starting(folder, venue):
    venue.process.send_signal(signal.SIGSTOP)
    bot = Bot(folder, venue, "early")
    wait_for(lambda: "start " in bot.text(), 10)
    started = time.monotonic()
    code = bot.stop(seconds=15)
    venue.process.send_signal(signal.SIGCONT)
    check("stop while a silent venue keeps it starting: ends in seconds",
          code == 0 and time.monotonic() - started < 10, str(code))
    check("stop while a silent venue keeps it starting: says what is not confirmed", "not confirmed" in bot.text())


def outlives_a_venue_that_restarts(folder):
    port = free_port()
    venue = Venue(folder, port=port)
    bot = Bot(folder, venue, "restarted")
    check("venue restarted: it quotes first", quoting(bot, venue), bot.text()[-2000:])
    venue.process.kill()
    venue.process.wait()
    time.sleep(1)
    seen = len(bot.text())
    check("venue gone: the process lives", bot.process.poll() is None)
    check("venue gone: nothing is quoted", "send place" not in bot.text()[seen:])
    venue = Venue(folder, port=port)
    check("venue restarted without its orders: says so and quotes again",
          quoting(bot, venue, seen) and "taken for gone" in bot.text(), bot.text()[-2000:])
    code = bot.stop()
    check("venue restarted: stops cleanly", code == 0 and venue.open_orders() == 0, bot.text()[-2000:])
    venue.end()


def keeps_its_books_in_chaos(folder):
    venue = Venue(folder, *CHAOS)
    bot = Bot(folder, venue, "chaos")
    check("chaos: it quotes", quoting(bot, venue), bot.text()[-2000:])
    wait_for(lambda: bot.process.poll() is not None, 20)
    check("chaos: it goes on", bot.process.poll() is None, bot.text()[-2000:])
    agrees("chaos", bot, venue, bot.stop())
    check("chaos: there were fills", sum(market["executions"] for market in venue.ledger()["markets"]) > 0)
    venue.end()


def keeps_its_secrets(folder, venue):
    secrets = [venue.account["api_key"], venue.account["private_key"][2:]]
    leaks = []
    for parent, _, files in os.walk(folder):
        for name in files:
            with open(os.path.join(parent, name), errors="replace") as file:
                text = file.read()
            leaks += [name for secret in secrets if secret in text]
    check("no secret in any log, summary or state file", not leaks, str(leaks))


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([APUS, "init", "extended-avellaneda", "--output", os.path.join(folder, "config.json")], check=True)
        venue = Venue(folder)
        try:
            refuses_what_cannot_work(folder, venue)
            stops_cleanly(folder, venue)
            survives_a_crash(folder, venue)
            ends_while_starting(folder, venue)
            outlives_a_venue_that_restarts(folder)
            keeps_its_books_in_chaos(folder)
            keeps_its_secrets(folder, venue)
        finally:
            check("the venue stops cleanly too", venue.end() == 0)
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    return 1 if FAILED else 0


sys.exit(main())

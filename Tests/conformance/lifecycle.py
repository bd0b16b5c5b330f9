"""The life of a live process against the local exchange: signals, crashes, a frozen venue, a second instance.

Real processes and real sockets on loopback; the venue's own ledger is the judge. Standard library only.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

APUS = sys.argv[1]
COUNTDOWN = 10  # seconds the venue waits for a heartbeat; the least that a configuration allows
PASSED, FAILED = [], []


def check(name, ok, detail=""):
    (PASSED if ok else FAILED).append(name)
    print(("ok    " if ok else "FAIL  ") + name + (f"  ({detail})" if detail and not ok else ""), flush=True)


class Venue:
    def __init__(self, folder):
        self.log = open(os.path.join(folder, "venue.log"), "w")
        self.process = subprocess.Popen(
            [APUS, "venue", "aster", "--flow", "synthetic", "--seed", "7"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.account = self.ready["accounts"][0]

    def ledger(self):
        url = f"{self.ready['rest']}/apus/ledger?account={self.account['name']}"
        with urllib.request.urlopen(url, timeout=5) as reply:
            return json.load(reply)

    def open_orders(self):
        return sum(market["open_orders"] for market in self.ledger()["markets"])

    def wait_for(self, condition, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.05)
        return condition()


class Bot:
    def __init__(self, folder, venue, name, *extra):
        self.out = os.path.join(folder, f"{name}.out")
        self.err = os.path.join(folder, f"{name}.err")
        environment = dict(
            os.environ, ASTERDEX_API_KEY=venue.account["api_key"], ASTERDEX_API_SECRET=venue.account["api_secret"],
            MM_LOG_LEVEL="DEBUG")
        self.process = subprocess.Popen(
            [APUS, "run", os.path.join(folder, "config.json"), "--headless", "--json",
             "--set", f"endpoints.rest={venue.ready['rest']}", "--set", f"endpoints.stream={venue.ready['ws']}",
             "--set", f"state_directory={folder}/state", "--set", f"countdown={COUNTDOWN}s", *extra],
            stdout=open(self.out, "w"), stderr=open(self.err, "w"), env=environment, cwd=folder)

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None

    def text(self):
        return open(self.err).read()

    def summary(self):
        return json.load(open(self.out))


def quoting(bot, venue, after=0):
    """Both quotes rest, and this bot sent one since its log had `after` characters: older ones may still be there."""
    return venue.wait_for(lambda: "send place" in bot.text()[after:] and venue.open_orders() >= 2, 60)


def stops_cleanly(folder, venue, number):
    bot = Bot(folder, venue, f"stop-{number}")
    check(f"{number.name}: it quotes", quoting(bot, venue), bot.text()[-2000:])
    bot.signal(number)
    code = bot.wait(20)
    check(f"{number.name}: exit code 0", code == 0, f"{code}: {bot.text()[-2000:]}")
    check(f"{number.name}: nothing rests at the venue", venue.open_orders() == 0)
    summary = bot.summary() if code == 0 else {}
    check(f"{number.name}: the summary says so",
          summary.get("orders_open_after") == 0 and summary.get("unresolved_after") == 0, str(summary))
    check(f"{number.name}: the ledgers agree", float(summary.get("venue_ledger_difference", "1")) == 0, str(summary))


def survives_a_crash(folder, venue):
    bot = Bot(folder, venue, "crash")
    check("kill -9: it quotes first", quoting(bot, venue), bot.text()[-2000:])
    bot.signal(signal.SIGKILL)
    bot.wait(5)
    check("kill -9: the venue's countdown clears the book",
          venue.wait_for(lambda: venue.open_orders() == 0, COUNTDOWN + 3))

    first = Bot(folder, venue, "before")
    check("restart: it quotes again", quoting(first, venue), first.text()[-2000:])
    first.signal(signal.SIGKILL)
    first.wait(5)
    left = venue.open_orders()
    second = Bot(folder, venue, "after")
    check("restart: what a crash left is taken over", quoting(second, venue), second.text()[-2000:])
    check("restart: no order stays beside its own", venue.open_orders() <= 2, f"{left} were left")
    second.signal(signal.SIGTERM)
    check("restart: stops cleanly", second.wait(20) == 0, second.text()[-2000:])
    check("restart: the ledgers agree", float(second.summary()["venue_ledger_difference"]) == 0)


def refuses_a_second_instance(folder, venue):
    first = Bot(folder, venue, "first")
    check("second instance: the first quotes", quoting(first, venue), first.text()[-2000:])
    second = Bot(folder, venue, "second")
    code = second.wait(15)
    check("second instance: refused", code not in (0, None), str(code))
    check("second instance: says why", "already" in second.text(), second.text()[-500:])
    check("second instance: the first goes on", venue.open_orders() > 0)
    first.signal(signal.SIGINT)
    check("second instance: the first stops cleanly", first.wait(20) == 0)


def stops_while_starting(folder, venue):
    bot = Bot(folder, venue, "early")
    venue.wait_for(lambda: "start " in bot.text(), 10)
    bot.signal(signal.SIGTERM)
    check("stop while starting: exit code 0", bot.wait(20) == 0, bot.text()[-2000:])
    check("stop while starting: nothing rests at the venue", venue.open_orders() == 0)


def outlives_a_frozen_venue(folder, venue):
    bot = Bot(folder, venue, "frozen")
    check("frozen venue: it quotes first", quoting(bot, venue), bot.text()[-2000:])
    venue.process.send_signal(signal.SIGSTOP)
    time.sleep(7)  # real time is what this is about: longer than every deadline of the bot
    check("frozen venue: the process lives", bot.process.poll() is None, bot.text()[-2000:])
    thaw = len(bot.text())
    venue.process.send_signal(signal.SIGCONT)
    check("frozen venue: it quotes again", quoting(bot, venue, thaw), bot.text()[-2000:])
    bot.signal(signal.SIGTERM)
    check("frozen venue: stops cleanly", bot.wait(30) == 0, bot.text()[-2000:])
    check("frozen venue: the ledgers agree", float(bot.summary()["venue_ledger_difference"]) == 0)


def second_signal_exits_now(folder, venue):
    bot = Bot(folder, venue, "twice")
    check("second signal: it quotes first", quoting(bot, venue), bot.text()[-2000:])
    venue.process.send_signal(signal.SIGSTOP)
    bot.signal(signal.SIGINT)
    time.sleep(0.3)
    started = time.monotonic()
    bot.signal(signal.SIGINT)
    code = bot.wait(5)
    check("second signal: exits at once", code == 130 and time.monotonic() - started < 1, str(code))
    venue.process.send_signal(signal.SIGCONT)
    check("second signal: the countdown clears the book",
          venue.wait_for(lambda: venue.open_orders() == 0, COUNTDOWN + 3))


def keeps_its_secrets(folder, venue):
    secrets = [venue.account["api_secret"], venue.account["private_key"][2:]]
    leaks = []
    for parent, _, files in os.walk(folder):
        for name in files:
            text = open(os.path.join(parent, name), errors="replace").read()
            leaks += [name for secret in secrets if secret and secret in text]
            if "signature=" in text and "signature=***" not in text:
                leaks.append(f"{name}: a signature")
    check("no secret in any log, summary or state file", not leaks, str(leaks))


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([APUS, "init", "aster-spread", "--output", os.path.join(folder, "config.json")], check=True)
        venue = Venue(folder)
        try:
            stops_cleanly(folder, venue, signal.SIGINT)
            stops_cleanly(folder, venue, signal.SIGTERM)
            survives_a_crash(folder, venue)
            refuses_a_second_instance(folder, venue)
            stops_while_starting(folder, venue)
            outlives_a_frozen_venue(folder, venue)
            second_signal_exits_now(folder, venue)
            keeps_its_secrets(folder, venue)
        finally:
            venue.process.send_signal(signal.SIGCONT)
            venue.process.terminate()
            check("the venue stops cleanly too", venue.process.wait(10) == 0)
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    return 1 if FAILED else 0


sys.exit(main())

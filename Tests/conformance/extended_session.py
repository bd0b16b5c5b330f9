"""extended-avellaneda over three markets on the local Extended, with the venue's own books as the judge.

Usage: extended_session.py APUS DATA_FOLDER [--speed N] [--minutes N] [--keep]

Real processes and real sockets on loopback. Standard library only. One line for each check, and a closing line
`N passed, N failed`.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from decimal import Decimal

MARKETS = {"BTC-USD": "usdm_btcusdt", "ETH-USD": "spot_btcusdt", "SOL-USD": "cm_btcusd_perp"}
LIMITS = {
    "max_order_value_usd": "160", "max_position_usd": "400", "max_exposure_usd": "900", "max_net_exposure_usd": "600",
    "max_open_orders": 6, "min_balance_usd": "50", "max_daily_loss_usd": "500", "max_drawdown_usd": "500",
    "max_repeated_fills": 200, "max_messages": 600,
}
COUNTDOWN = 10
PASSED, FAILED = [], []


def check(name, ok, detail=""):
    (PASSED if ok else FAILED).append(name)
    print(("ok    " if ok else "FAIL  ") + name + (f"  ({detail})" if detail and not ok else ""), flush=True)


class Venue:
    def __init__(self, arguments, folder):
        command = [arguments.apus, "venue", "extended", "--seed", "5", "--speed", str(arguments.speed)]
        for market, name in MARKETS.items():
            path = os.path.join(arguments.data, "binance", f"{name}_20240808.gz")
            source = path if os.path.exists(path) else "synthetic"
            command += ["--market", market, "--flow", f"{market}={source}"]
            print(f"      {market} plays {os.path.basename(source)}", flush=True)
        self.log = open(os.path.join(folder, "venue.log"), "w")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.account = self.ready["accounts"][0]
        self.origin = self.ready["rest"].removesuffix("/api/v1")

    def get(self, path):
        with urllib.request.urlopen(self.origin + path, timeout=10) as reply:
            return json.load(reply)

    def ledger(self):
        return self.get(f"/apus/ledger?account={self.account['name']}")

    def open_orders(self):
        return self.ledger()["open_orders"]

    def events(self):
        return [entry["event"] for entry in self.ledger()["dead_mans_switch"]["history"]]

    def wait_for(self, condition, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.05)
        return condition()


class Bot:
    def __init__(self, arguments, folder, venue, name):
        self.out, self.err = os.path.join(folder, f"{name}.json"), os.path.join(folder, f"{name}.log")
        account = venue.account
        environment = dict(
            os.environ, EXTENDED_API_KEY=account["api_key"], EXTENDED_VAULT=str(account["vault"]),
            EXTENDED_PRIVATE_KEY=account["private_key"], EXTENDED_PUBLIC_KEY=account["public_key"])
        self.process = subprocess.Popen(
            [arguments.apus, "run", os.path.join(folder, "config.json"), "--headless", "--json"],
            stdout=open(self.out, "w"), stderr=open(self.err, "w"), env=environment, cwd=folder)

    def text(self):
        return open(self.err).read()

    def summary(self):
        text = open(self.out).read()
        return json.loads(text) if text.strip() else {}


def write_configuration(folder, venue):
    """k is set so that the fair price shifts by 3 bps at the position limit."""
    marks = {row["symbol"]: Decimal(row["mark"]) for row in venue.ledger()["markets"]}
    markets = []
    for market in MARKETS:
        shift = marks[market] * Decimal("0.0003")
        units = Decimal(LIMITS["max_position_usd"]) / marks[market]
        markets.append({
            "market": market, "k": f"{shift / units:.6f}", "alpha": "0.1", "beta": "1", "base_spread": "0.00008",
            "quote_notional_cap_usd": "140", "min_order_size": "0", "replace_threshold_bps": "0.5",
        })
    configuration = {
        "venue": "extended", "use_testnet": True, "countdown": f"{COUNTDOWN}s",
        "state_directory": os.path.join(folder, "state"),
        "strategy": {"type": "extended-avellaneda", "decision_interval": "250ms", "replace_coalesce": "200ms"},
        "markets": markets, "limits": LIMITS,
        "endpoints": {"rest": venue.origin, "stream": venue.origin.replace("http", "ws", 1)},
    }
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(configuration, file, indent=2)


def rows(ledger):
    return {row["symbol"]: row for row in ledger["markets"]}


def watch(venue, bot, seconds):
    """Looks at the venue's books until the time is over; returns how often, and what was seen."""
    looks, worst_net, most_orders = 0, Decimal(0), 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and bot.process.poll() is None:
        ledger = venue.ledger()
        looks += 1
        worst_net = max(worst_net, abs(Decimal(ledger["net_exposure"])))
        most_orders = max(most_orders, *(row["open_orders"] for row in ledger["markets"]))
        time.sleep(0.1)
    return looks, worst_net, most_orders


def quotes_ten_minutes(arguments, folder, venue):
    seconds = arguments.minutes * 60 / arguments.speed
    bot = Bot(arguments, folder, venue, "session")
    check("it quotes both sides of three markets", venue.wait_for(
        lambda: all(row["open_buy_lots"] and row["open_sell_lots"] for row in venue.ledger()["markets"]), 60),
        bot.text()[-2000:])
    looks, worst_net, most_orders = watch(venue, bot, seconds)
    before = venue.events()
    print(f"      {arguments.minutes} minutes of market time, {looks} looks at the venue's books", flush=True)
    bot.process.send_signal(signal.SIGINT)
    code = bot.process.wait(30)
    check("it stops cleanly", code == 0, f"{code}: {bot.text()[-2000:]}")
    ledger, summary = venue.ledger(), bot.summary()
    judge_limits(ledger, worst_net, most_orders)
    judge_books(ledger, summary)
    check("nothing rests after the stop", ledger["open_orders"] == 0 and summary.get("orders_open_after") == 0, str(ledger))
    check("the switch was armed before the first quote, and re-armed well inside its time",
          before[:1] == ["armed"] and before.count("re-armed") >= seconds / COUNTDOWN, str(before))
    check("the switch never fired meanwhile", "fired" not in before, str(before))
    # An order request without an outcome may still arrive: then the switch is left to fire, and the log says so.
    is_left = "the dead man's switch stays armed" in bot.text()
    after = venue.events()[len(before):]
    check("the switch is disarmed by the stop, unless an order may still arrive",
          is_left or after[-1:] == ["disarmed"], f"{after}: {bot.text()[-2000:]}")
    log = [entry["text"] for entry in venue.get("/apus/log")["log"]]
    check("the venue's log tells of it", any("switch armed" in text for text in log) and any("re-armed" in text for text in log))


def judge_limits(ledger, worst_net, most_orders):
    """The venue notes its extremes at every step of its own; its marks are not our mids, so values have a hair's leeway."""
    def below(value, limit):
        return Decimal(value) <= Decimal(limit) * Decimal("1.002")

    for symbol, row in rows(ledger).items():
        lots = Decimal(max(row["max_long_lots"], row["max_short_lots"]))
        check(f"{symbol}: position and open orders never beyond the limit",
              below(row["max_exposure_value"], LIMITS["max_position_usd"]), f"{row['max_exposure_value']}, {lots} lots")
        check(f"{symbol}: never more open orders than allowed", row["max_open_orders"] <= LIMITS["max_open_orders"], str(row))
        check(f"{symbol}: it traded", row["executions"] > 0, str(row))
    longest = max(Decimal(ledger["max_net_long"]), Decimal(ledger["max_net_short"]), worst_net)
    check("the account's net position never beyond its limit", below(longest, LIMITS["max_net_exposure_usd"]), str(longest))
    check("open orders as seen", most_orders <= LIMITS["max_open_orders"], str(most_orders))


def judge_books(ledger, summary):
    check("the ledgers agree to the last decimal", Decimal(summary.get("venue_ledger_difference", "1")) == 0, str(summary))
    total = summary.get("total", {})
    check("the profit's parts sum to the change in equity", Decimal(total.get("identity_residual", "1")) == 0, str(total))
    by_symbol = {row["symbol"]: row for row in summary.get("markets", [])}
    for symbol, row in rows(ledger).items():
        ours = by_symbol.get(symbol, {})
        check(f"{symbol}: the position is the venue's", Decimal(ours.get("position", "-1e9")) == Decimal(row["position"]), f"{ours} {row}")
        check(f"{symbol}: fills are the venue's", ours.get("fills") == row["executions"], f"{ours.get('fills')} {row['executions']}")
    check("the wallet is the venue's",
          abs(Decimal(summary.get("wallet", "0")) - Decimal(ledger["wallet"])) < Decimal("1e-6"), str(ledger["wallet"]))
    parts = total.get("pnl", {})
    print("      " + ", ".join(f"{name} {parts.get(name)}" for name in ("spread", "inventory", "fees", "funding", "net"))
          + f"; {total.get('fills')} fills, volume {total.get('volume')}", flush=True)


def is_cleared_after_a_crash(arguments, folder, venue):
    bot = Bot(arguments, folder, venue, "crash")
    check("kill -9: it quotes first", venue.wait_for(lambda: venue.open_orders() >= 2, 60), bot.text()[-2000:])
    bot.process.kill()
    bot.process.wait(5)
    check("kill -9: orders are left behind", venue.open_orders() > 0)
    # The market may fill what was left before the countdown is over.
    check("kill -9: the venue's log says that the switch fired",
          venue.wait_for(lambda: venue.events()[-1:] == ["fired"], COUNTDOWN + 3), str(venue.events()))
    check("kill -9: nothing rests after it", venue.open_orders() == 0)


def keeps_secrets(folder, venue):
    secret = venue.account["private_key"].removeprefix("0x")
    texts = []
    for root, _, files in os.walk(folder):
        texts += [open(os.path.join(root, name), errors="replace").read() for name in files]
    check("no file holds the private key", not any(secret in text for text in texts))
    check("no file holds the API key", not any(venue.account["api_key"] in text for text in texts))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("apus")
    parser.add_argument("data")
    parser.add_argument("--speed", type=int, default=10)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp()
    venue = Venue(arguments, folder)
    try:
        write_configuration(folder, venue)
        quotes_ten_minutes(arguments, folder, venue)
        is_cleared_after_a_crash(arguments, folder, venue)
        keeps_secrets(folder, venue)
    finally:
        venue.process.terminate()
        venue.process.wait(10)
        if arguments.keep:
            print(f"      left in {folder}", flush=True)
        else:
            shutil.rmtree(folder)
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())

"""The self-trade exerciser: what prints where nothing prevents it, what prevention does, and where it refuses to go."""

import http.server
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

apus = sys.argv[1]
passed = failed = 0
folder = tempfile.mkdtemp()
venues = []


def check(name, holds, detail=""):
    global passed, failed
    if holds:
        passed += 1
        print("ok   ", name)
    else:
        failed += 1
        print("FAIL ", name, detail)


def serve(name, *arguments):
    path = os.path.join(folder, f"{name}-{len(venues)}.json")
    with open(path, "w") as file:
        process = subprocess.Popen([apus, "venue", name, *arguments], stdout=file, stderr=subprocess.PIPE)
    venues.append(process)
    for _ in range(200):
        if os.path.getsize(path) > 0:
            return path
        time.sleep(0.05)
    raise SystemExit(f"the local {name} did not start: {process.stderr.read()}")


def exercise(*arguments, timeout=90):
    return subprocess.run([apus, "exercise", "self-trade", *arguments], capture_output=True, text=True, timeout=timeout)


def report(run):
    try:
        return json.loads(run.stdout)
    except json.JSONDecodeError:
        return {}


QUICK = ["--json", "--min-pause", "10ms", "--max-pause", "30ms", "--duration", "40s", "--orders-per-minute", "600"]

try:
    for name, symbol, extra in [("ace", "BTC/TWD", []), ("ace", "BTC/TWD", ["--batch"]), ("max", "btctwd", []), ("bitopro", "BTC_TWD", [])]:
        title = " ".join([name, *extra])
        # Wide enough that a price inside the spread is nobody else's.
        venue = serve(name, "--market", symbol, "--widen", f"{symbol}=0.001", "--seed", "5", *extra)
        run = exercise(venue, "--symbol", symbol, "--rounds", "6", "--expect-printed", *QUICK)
        told = report(run)
        check(f"{title}: self-trades print where nothing prevents them", run.returncode == 0, run.stderr[-800:] + run.stdout)
        check(f"{title}: six rounds, two orders each", told.get("rounds") == 6 and told.get("orders_placed") == 12, told)
        check(f"{title}: nothing is left resting", told.get("left_resting") == 0 and told.get("clean") is True, told)

    venue = serve("binance", "--market", "BTCUSDT", "--widen", "BTCUSDT=0.001", "--seed", "5")
    run = exercise(venue, "--symbol", "BTCUSDT", "--rounds", "6", "--expect-prevented", *QUICK)
    told = report(run)
    check("binance: prevention holds, and nothing prints", run.returncode == 0, run.stderr[-800:] + run.stdout)
    check("binance: orders ended in the match", told.get("orders_prevented", 0) > 0 and told.get("self_trades") == 0, told)

    ace = serve("ace", "--market", "BTC/TWD", "--seed", "6")
    run = exercise(ace, "--symbol", "BTC/TWD", "--reference", venue, "--volume", "0.01", "--rounds", "3", *QUICK)
    check("rounds follow the volume of a reference", run.returncode == 0 and report(run).get("rounds") == 3, run.stderr + run.stdout)

    run = exercise(ace, "--symbol", "BTC/TWD", "--notional", "1", *QUICK)
    check("the cap on notional ends it before the first order", report(run).get("orders_placed") == 0 and run.returncode == 0, run.stdout)
    began = time.monotonic()
    run = exercise(ace, "--symbol", "BTC/TWD", *QUICK[:-4], "--duration", "1s")
    check("the cap on duration ends it", run.returncode == 0 and "time was over" in report(run).get("ended", ""), run.stdout)
    for arguments in (["--duration", "2h"], ["--orders-per-minute", "5000"], ["--notional", "2000000000"], ["--orders-per-minute", "0"]):
        run = exercise(ace, *arguments)
        check(f"{' '.join(arguments)} is beyond the ceiling", run.returncode == 64 and "expected" in run.stderr, run.stderr)

    process = subprocess.Popen(
        [apus, "exercise", "self-trade", ace, "--symbol", "BTC/TWD", *QUICK], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    told = json.loads(out)
    check("an interrupt cleans up", process.returncode == 0 and told["left_resting"] == 0 and told["ended"] == "it was told to stop", told)

    # Where it must not go.
    def elsewhere(url, **more):
        path = os.path.join(folder, "elsewhere.json")
        with open(path, "w") as file:
            json.dump({"venue": "ace", "rest": url, "symbols": ["BTC/TWD"], "accounts": [{"api_key": "k", "api_secret": "s"}], **more}, file)
        return path

    for url in ("https://ace.io/polarisex", "http://api.binance.com:80", "http://localhost.example.com:80", "http://10.0.0.1:80",
                "https://testnet.binance.vision", "http://0.0.0.0:8080", "https://127.0.0.1:8443"):
        run = exercise(elsewhere(url))
        check(f"{url} is refused before a connection", run.returncode == 77 and "loopback" in run.stderr or "plain http" in run.stderr, run.stderr)

    hits = []

    class Stranger(http.server.BaseHTTPRequestHandler):
        """Listens on loopback, as a tunnel to a real venue would, and redirects everything."""

        def do_GET(self):
            hits.append(("GET", self.path))
            self.send_response(302 if "identity" in self.path else 200)
            self.send_header("Location", "https://ace.io/polarisex")
            self.send_header("X-Apus-Venue", "ace")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_POST(self):
            hits.append(("POST", self.path))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    run = exercise(elsewhere(f"http://127.0.0.1:{server.server_port}"))
    check("a stranger on loopback is refused: it cannot prove itself", run.returncode == 77 and "prove" in run.stderr, run.stderr)
    check("and heard one question, no order", len(hits) == 1 and hits[0][1].startswith("/apus/identity?challenge="), hits)
    server.shutdown()

    # What trades for real does not contain it.
    names = subprocess.run(["strings", "-a", apus], capture_output=True, text=True).stdout
    check("the program that trades does not contain the exerciser", "SelfTradeExerciser" not in names)
    missing = os.path.join(folder, "alone")
    os.mkdir(missing)
    os.link(apus, os.path.join(missing, "apus"))
    run = subprocess.run([os.path.join(missing, "apus"), "exercise", "self-trade", "x"], capture_output=True, text=True)
    check("without its own program the command says so", run.returncode == 69 and "apus-exercise" in run.stderr, run.stderr)
    run = subprocess.run([apus, "exercise", "self-trade", "--help"], capture_output=True, text=True)
    check("help comes from its own program", run.returncode == 0 and "no override" in run.stdout.replace("\n", " "), run.stdout[:400])
finally:
    for process in venues:
        process.terminate()

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)

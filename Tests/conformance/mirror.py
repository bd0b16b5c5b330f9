"""scripts/mirror as a person runs it: exit codes, the report, and what must hold in it whatever the market did."""

import json
import subprocess
import sys

passed = failed = 0


def check(name, holds, detail=""):
    global passed, failed
    if holds:
        passed += 1
        print("ok   ", name)
    else:
        failed += 1
        print("FAIL ", name, detail)


def mirror(*arguments):
    run = subprocess.run(["scripts/mirror", *arguments], capture_output=True, text=True, timeout=300)
    try:
        return run, json.loads(run.stdout)
    except json.JSONDecodeError:
        return run, None


RUNS = [
    ("ACE, in batches", ["--target", "ace"], True, True),
    ("ACE, one by one", ["--target", "ace", "--no-batch"], True, False),
    ("BitoPro, hedged on futures", ["--target", "bitopro", "--market-type", "usdm"], True, True),
    ("MAX", ["--target", "max"], True, False),
    ("ACE, only watching the reference", ["--target", "ace", "--no-hedge"], False, True),
]

for name, arguments, hedges, batches in RUNS:
    run, result = mirror("--duration", "25", "--json", *arguments)
    check(f"{name}: it ends well", run.returncode == 0 and result is not None, run.stderr[-1500:])
    if result is None:
        continue
    summary, report = result["summary"], result["report"]
    check(f"{name}: all levels of both sides were quoted", all(level["orders"] > 0 for level in report["levels"]), report["levels"])
    check(f"{name}: nothing was placed nearer than its level allows", report["placed_too_near"] == 0, report)
    check(f"{name}: nothing was left out of its band at the end", report["out_of_band_at_end"] == 0, report)
    # Times are the machine's business; that it reacted at all is not.
    check(f"{name}: what was left behind was taken away", report["reaction_max_us"] < 15_000_000, report["reaction_max_us"])
    check(f"{name}: orders were in their bands almost all the time", report["in_band_ppm"] > 800_000, report["in_band_ppm"])
    check(f"{name}: there were fills", report["fills"] > 0, report)
    check(f"{name}: fills were hedged, or not at all", (report["hedge_fills"] > 0) == hedges, report["hedge_fills"])
    check(f"{name}: exposure stayed within its limits", report["within_limits"], report)
    check(f"{name}: batches are used where there are any", (report["batches"] > 0) == batches, report["batches"])
    check(f"{name}: every holding equals the venue's", report["ledgers_equal"], report["ledgers"])
    check(f"{name}: the session says so too", float(summary["venue_ledger_difference"]) == 0, summary["venue_ledger_difference"])
    residuals = [float(market["identity_residual"]) for market in summary["markets"]]
    check(f"{name}: profit by source sums to the change in equity", all(value == 0 for value in residuals), residuals)
    check(f"{name}: nothing rests afterwards", summary["orders_open_after"] == 0 and summary["unresolved_after"] == 0)

for arguments in (["--target", "nowhere"], ["--market-type", "options"], ["--nonsense"]):
    run, _ = mirror(*arguments)
    check(f"{' '.join(arguments)} is refused with what was expected", run.returncode == 64 and "error:" in run.stderr, run.stderr)

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)

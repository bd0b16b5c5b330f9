"""The command line as scripts and people meet it: exit codes, streams, JSON, secrets. Standard library only."""

import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

APUS = sys.argv[1]
PASSED, FAILED = [], []
KEY, SECRET = "key-of-the-test-0123456789abcdef0123", "secret-of-the-test-0123456789abcdef"


def check(name, ok, detail=""):
    (PASSED if ok else FAILED).append(name)
    print(("ok    " if ok else "FAIL  ") + name + (f"  ({detail})" if detail and not ok else ""), flush=True)


class Result:
    def __init__(self, folder, arguments, text="", environment=None):
        clean = {k: v for k, v in os.environ.items() if not k.startswith((
            "ASTERDEX_", "EXTENDED_", "APUS_", "MM_", "ACE_", "BITOPRO_", "MAX_", "BINANCE_"))}
        done = subprocess.run(
            [APUS, *arguments], input=text, capture_output=True, text=True, cwd=folder, timeout=60,
            env=dict(clean, **(environment or {})))
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return f"{self.code}: {self.out[-500:]!r} {self.err[-500:]!r}"


def exit_codes(folder):
    def code(name, expected, *arguments, says=""):
        result = Result(folder, arguments)
        check(f"{name}: exit {expected}", result.code == expected, str(result))
        if says:
            check(f"{name}: says '{says}' on standard error", says in result.err and not result.out, str(result))

    code("version", 0, "--version")
    code("help", 0, "help")
    code("unknown option", 64, "run", "config.json", "--headles", says="--headless")
    code("unknown command", 64, "rnu", says="run")
    code("missing argument", 64, "check", says="")
    code("missing file", 66, "check", "nowhere.json", says="nowhere.json")
    code("good configuration", 0, "check", "config.json")
    code("bad override", 78, "check", "config.json", "--set", "limits.max_position_usd=-1", says="max_position_usd")
    code("override of nothing", 78, "check", "config.json", "--set", "limits.max_positon_usd=50", says="max_positon_usd")
    code("run without keys", 78, "run", "config.json", "--headless", says="ASTERDEX_API_KEY")
    code("existing file", 73, "init", "aster-spread", "--output", "config.json", says="--force")
    code("unknown template", 64, "init", "aster-sprad", says="aster-spread")
    code("bad number", 64, "venue", "aster", "--seed", "many", says="--seed")
    code("unknown chaos", 78, "venue", "aster", "--chaos", "reply_lost=1", says="reply-lost")
    code("remote venue", 78, "venue", "aster", "--listen", "0.0.0.0:0", says="--allow-remote")


def configurations(folder):
    text = open(os.path.join(folder, "config.json")).read()
    wrong = text.replace('"half_spread"', '"half_spred"')
    open(os.path.join(folder, "wrong.json"), "w").write(wrong)
    line = next(i for i, row in enumerate(wrong.split("\n"), 1) if '"half_spred"' in row)
    column = wrong.split("\n")[line - 1].index('"half_spred"') + 1
    result = Result(folder, ["check", "wrong.json"])
    check("check: a mistake has exit 78", result.code == 78, str(result))
    check("check: file, line and column are right", f"wrong.json:{line}:{column}: " in result.err, str(result))
    check("check: the right name is offered", "half_spread" in result.err, str(result))
    check("check: nothing on standard output", result.out == "", str(result))
    machine = Result(folder, ["check", "wrong.json", "--json"])
    report = json.loads(machine.out)
    check("check --json: same code, same place", machine.code == 78 and not report["valid"] and any(
        issue["line"] == line and issue["column"] == column for issue in report["issues"]), str(machine))
    schema = json.loads(Result(folder, ["check", "--schema"]).out)
    check("check --schema: a JSON Schema", "$schema" in schema and schema["type"] == "object")


def many_markets(folder):
    for template, markets in (("extended-avellaneda", "BTC-USD, ETH-USD"), ("extended-percent", "BTC-USD")):
        made = Result(folder, ["init", template, "-o", f"{template}.json"])
        check(f"init {template}: says that it is on the test network", made.code == 0 and "TEST NETWORK" in made.err, str(made))
        good = Result(folder, ["check", f"{template}.json"])
        check(f"check {template}: no errors, and nothing to say", good.code == 0 and markets in good.out and not good.err, str(good))
        bare = Result(folder, ["run", f"{template}.json", "--headless"])
        check(f"run {template} without keys: exit 78, the variables named", bare.code == 78 and all(
            name in bare.err for name in ("EXTENDED_API_KEY", "EXTENDED_VAULT", "EXTENDED_PRIVATE_KEY")), str(bare))
    for arguments, says in (
            (["--set", "markets.ETH-USD.alpha=x"], "--set: markets[1].alpha: expected a decimal string"),
            (["--set", "markets.SOL-USD.alpha=1"], "no market SOL-USD is configured, only BTC-USD, ETH-USD"),
            (["--set", "markets.*.alhpa=1"], "did you mean alpha?"),
            (["--symbol", "DOGE-USD"], "no market DOGE-USD is configured")):
        wrong = Result(folder, ["check", "extended-avellaneda.json", *arguments])
        check(f"check {' '.join(arguments)}: exit 78 and why", wrong.code == 78 and says in wrong.err, str(wrong))
    report = json.loads(Result(folder, [
        "check", "extended-avellaneda.json", "--json", "--set", "markets.*.beta=3"]).out)
    values = {row["field"]: row["value"] for row in report["values"]}
    check("check --json: every market's values", values["markets[0].beta"] == values["markets[1].beta"] == "3", str(values))
    one = Result(folder, ["check", "extended-avellaneda.json", "--symbol", "ETH-USD"])
    check("check --symbol: one of the listed markets", one.code == 0 and "on ETH-USD," in one.out, str(one))


MIRRORS = (
    ("ace", "BTC/TWD, USDT/TWD, BTCUSDT", ("ACE_API_KEY", "ACE_API_SECRET")),
    ("bitopro", "BTC_TWD, USDT_TWD, BTCUSDT", ("BITOPRO_API_KEY", "BITOPRO_API_SECRET", "BITOPRO_EMAIL")),
    ("max", "btctwd, usdttwd, BTCUSDT", ("MAX_API_KEY", "MAX_API_SECRET")))


def mirrors(folder):
    for venue, markets, names in MIRRORS:
        file = f"{venue}.json"
        made = Result(folder, ["init", f"binance-{venue}-mirror", "-o", file])
        check(f"init binance-{venue}-mirror: exit 0", made.code == 0, str(made))
        good = Result(folder, ["check", file])
        check(f"check {file}: no errors, and nothing to say", good.code == 0 and markets in good.out and not good.err, str(good))
        bare = Result(folder, ["run", file, "--headless"])
        check(f"run {file} without keys: exit 78, the target's variables named, not Binance's", bare.code == 78 and all(
            name in bare.err for name in names) and "BINANCE" not in bare.err, str(bare))
        hedged = Result(folder, ["run", file, "--headless", "--set", "hedge.enabled=true"])
        check(f"run {file} with a hedge: Binance's are named too", hedged.code == 78 and all(
            name in hedged.err for name in (*names, "BINANCE_API_KEY", "BINANCE_ED25519_KEY_FILE")), str(hedged))
    for command in (["check"], ["run", "--headless"], ["doctor"]):
        refused = Result(folder, [command[0], "ace.json", *command[1:], "--set", "endpoints.rest=https://ace.io"],
                         environment={"ACE_API_KEY": KEY, "ACE_API_SECRET": SECRET})
        check(f"{command[0]} on ACE's own host: exit 78, and why", refused.code == 78
              and "no longer operates lawfully" in refused.err + refused.out, str(refused))
    for arguments, says in (
            (["--set", "conversion.symbol=BTC_TWD"], "a price must not come from them"),
            (["--set", "reference.symbol=ETHUSDT"], "expected a market of BTC"),
            (["--set", "limits.max_open_orders=2"], "3 levels a side are that many"),
            (["--set", "strategy.levels[0].size=1"], "levels are not listed")):
        wrong = Result(folder, ["check", "bitopro.json", *arguments])
        check(f"check {' '.join(arguments)}: exit 78 and why", wrong.code == 78 and says in wrong.err, str(wrong))
    with open(os.path.join(folder, "mm_config.ini"), "w") as file:
        file.write("[MM]\nlevels = 2\nspread = 0.4%\namount = 0.01\nfoo = 1\n[ACE]\napi_key = " + KEY + "\nline_token = " + SECRET + "\n")
    made = Result(folder, ["init", "binance-max-mirror", "--from", "mm_config.ini", "-o", "from-ini.json", "--json"])
    report = {row["from"]: row["outcome"] for row in json.loads(made.out)["keys"] if "from" in row}
    check("init --from mm_config.ini: every key is in the report", made.code == 0 and report == {
        "MM.levels": "kept", "MM.spread": "converted", "MM.amount": "kept", "MM.foo": "unknown", "ACE.api_key": "secret",
        "ACE.line_token": "secret"}, str(made))
    text = open(os.path.join(folder, "from-ini.json")).read()
    check("init --from mm_config.ini: secrets are neither copied nor shown", not any(
        secret in text + made.out + made.err for secret in (KEY, SECRET)))
    check("init --from mm_config.ini: what is written has no errors", Result(folder, ["check", "from-ini.json"]).code == 0)


ORIGINAL = {
    "stp": "ACCOUNT", "quote_loop_ms": 250, "replace_coalesce_ms": 400, "dead_mans_switch_sec": 60,
    "risk": {"max_net_position_usd": 200, "max_open_orders": 20, "min_balance_usd": 50},
    "markets": [{
        "market": "BTC-USD", "k": 0.1, "alpha": 0.5, "beta": 0.1, "base_spread": 0.001, "quote_notional_cap_usd": 50,
        "replace_threshold_bps": 2, "min_order_size": 1e-05, "post_only": True, "enabled": True,
        "inventory_sensitivity": 0.5}],
    "fees_override": {"makerFeeRate": None, "takerFeeRate": None},
}


def leaves(value, path=""):
    """The paths of all leaves, as the report of `init --from` names them."""
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, f"{path}.{key}" if path else key)]
    if isinstance(value, list):
        return [leaf for i, inner in enumerate(value) for leaf in leaves(inner, f"{path}[{i}]")]
    return [path]


def originals(folder):
    def write(name, value):
        with open(os.path.join(folder, name), "w") as file:
            json.dump(value, file, indent=1)

    write("old.json", dict(ORIGINAL, api_key=KEY, extra={"deep": [1], "colour": "red"}))
    made = Result(folder, ["init", "extended-avellaneda", "--from", "old.json", "-o", "new.json", "--json"])
    check("init --from: exit 0, report on standard output", made.code == 0 and made.err == "", str(made))
    report = json.loads(made.out)
    named = {row["from"] for row in report["keys"] if "from" in row}
    expected = {re.sub(r"^extra\.deep\[0\]$", "extra.deep", leaf) for leaf in leaves(dict(ORIGINAL, api_key=1, extra={"deep": [1], "colour": 1}))}
    check("init --from: every key is in the report", named == expected, str(named ^ expected))
    check("init --from: a secret is neither copied nor shown", KEY not in made.out and KEY not in open(os.path.join(folder, "new.json")).read())
    good = Result(folder, ["check", "new.json"])
    check("init --from: what is written has no errors", good.code == 0 and good.err == "", str(good))
    text = Result(folder, ["init", "extended-avellaneda", "--from", "old.json", "-o", "-"])
    check("init --from -o -: configuration on standard output, report on standard error",
          text.out == open(os.path.join(folder, "new.json")).read() and "quote_loop_ms: converted" in text.err, str(text))
    write("percent.json", {"market": "BTC-USD", "spread_percentage": 0.001, "order_size": "0.0005", "refresh_interval": 5,
                           "price_move_threshold": 0.002, "enabled": False})
    percent = Result(folder, ["init", "extended-percent", "--from", "percent.json", "-o", "percent-new.json"])
    check("init extended-percent --from: exit 0", percent.code == 0, str(percent))

    def refused(name, code, says, *arguments):
        result = Result(folder, ["init", *arguments])
        check(f"{name}: exit {code}, and why", result.code == code and says in result.err and result.out == "", str(result))

    wrong = json.loads(json.dumps(ORIGINAL))
    wrong["markets"][0]["base_spread"] = "wide"
    write("bad.json", wrong)
    line = next(i for i, row in enumerate(open(os.path.join(folder, "bad.json")), 1) if "wide" in row)
    refused("init --from with a wrong value", 65, f"bad.json:{line}:", "extended-avellaneda", "--from", "bad.json", "-o", "no.json")
    check("init --from with a wrong value: nothing is written", not os.path.exists(os.path.join(folder, "no.json")))
    open(os.path.join(folder, "broken.json"), "w").write('{"markets": [')
    refused("init --from with broken JSON", 65, "broken.json:1:14", "extended-avellaneda", "--from", "broken.json", "-o", "no.json")
    refused("init --from nowhere", 66, "nowhere.json", "extended-avellaneda", "--from", "nowhere.json", "-o", "no.json")
    refused("init --from onto itself", 64, "--output", "extended-avellaneda", "--from", "old.json", "-o", "old.json", "--force")
    refused("init --from onto a file", 73, "--force", "extended-avellaneda", "--from", "old.json", "-o", "new.json")
    refused("init aster-spread --from", 64, "environment variables", "aster-spread", "--from", "old.json", "-o", "no.json")
    refused("init --json without --from", 64, "--from", "extended-percent", "--json", "-o", "no.json")


def secrets(folder):
    order = {"side": "BUY", "type": "LIMIT", "price": "1.8500", "quantity": "20", "timeInForce": "GTC"}
    environment = {"ASTERDEX_API_KEY": KEY, "ASTERDEX_API_SECRET": SECRET}
    for flags in ([], ["--json"]):
        result = Result(folder, ["sign", "aster", "--config", "config.json", *flags], json.dumps(order), environment)
        name = " ".join(["sign", *flags])
        check(f"{name}: exit 0", result.code == 0, str(result))
        check(f"{name}: shows neither key nor secret", KEY not in result.out + result.err and SECRET not in result.out + result.err)
        text = json.loads(result.out)["request"] if flags else result.out
        query = re.search(r"\?(\S+)", text)
        fields = urllib.parse.parse_qsl(query.group(1)) if query else []
        plain = [(k, v) for k, v in fields if k not in ("recvWindow", "timestamp", "signature")]
        check(f"{name}: the parameters are the order's", dict(plain) == dict(order, symbol="ASTERUSDT"), text)
        stamp = dict(fields).get("timestamp", "")
        if stamp.isdigit():
            unsigned = query.group(1).split("&signature=")[0]
            signature = hmac.new(SECRET.encode(), unsigned.encode(), hashlib.sha256).hexdigest()
            check(f"{name}: the signature is hidden", signature not in result.out)
        check(f"{name}: no signature of 64 digits is shown", not re.search(r"[0-9a-f]{64}", result.out), text)
    bad = Result(folder, ["sign", "aster", "--config", "config.json"], "{", environment)
    check("sign: bad JSON has exit 65 and a place", bad.code == 65 and "byte" in bad.err, str(bad))


def help_texts(folder):
    root = Result(folder, ["help"]).out
    commands = ["init", "check", "doctor", "notify", "sign", "run", "venue", "simulate", "bench", "status", "start", "stop",
                "flatten", "cancel-all", "logs", "top", "completions", "manual"]
    for command in commands:
        check(f"help lists {command}", re.search(rf"^ +{command} ", root, re.M) is not None)
        result = Result(folder, ["help", command])
        also = Result(folder, [command, "--help"])
        check(f"help {command}: the same as {command} --help, on standard output",
              result.code == 0 and result.out == also.out and result.err == "", str(result))
        abstract = re.search(rf"^ +{command} +(.*)", root, re.M)
        first = abstract.group(1) if abstract else ""
        check(f"help {command}: the abstract begins small and has no full stop",
              first[:1].islower() and not first.endswith("."), first)
    chaos = Result(folder, ["venue", "--help"]).out
    check("help venue: names the faults", "reply-lost" in chaos and "pu-gap" in chaos)


def terminal_manners(folder):
    for environment in ({}, {"NO_COLOR": "1"}):
        for arguments in (["help"], ["check", "wrong.json"], ["doctor", "wrong.json"]):
            result = Result(folder, arguments, environment=environment)
            check(f"{' '.join(arguments)} {environment or ''}: no escape codes in a pipe", "\x1b" not in result.out + result.err)
    report = Result(folder, ["doctor", "wrong.json", "--json"])
    rows = json.loads(report.out)
    check("doctor --json: findings of a bad configuration, exit 78", report.code == 78 and rows[0]["status"] == "FAIL"
          and set(rows[0]) == {"check", "status", "detail", "advice"}, str(report))
    for shell in ("bash", "zsh", "fish"):
        result = Result(folder, ["completions", shell])
        check(f"completions {shell}: some text", result.code == 0 and "apus" in result.out and "simulate" in result.out)
        try:
            parsed = subprocess.run([shell, "-n"], input=result.out, text=True, capture_output=True, timeout=20)
            check(f"completions {shell}: the shell can read them", parsed.returncode == 0, parsed.stderr[-300:])
        except FileNotFoundError:
            pass
    manual = Result(folder, ["manual"])
    check("manual: roff with a title", manual.code == 0 and re.search(r"^\.(TH|Dt) ", manual.out, re.M) is not None, str(manual))


def main():
    with tempfile.TemporaryDirectory() as folder:
        made = Result(folder, ["init", "aster-spread"])
        check("init: exit 0, talk on standard error", made.code == 0 and made.out == "" and "config.json" in made.err, str(made))
        before = open(os.path.join(folder, "config.json")).read()
        exit_codes(folder)
        check("init: an existing file is left alone", open(os.path.join(folder, "config.json")).read() == before)
        out = Result(folder, ["init", "aster-cycle", "-o", "-"])
        check("init -o -: the configuration on standard output", '"aster-cycle"' in out.out)
        configurations(folder)
        many_markets(folder)
        mirrors(folder)
        originals(folder)
        secrets(folder)
        help_texts(folder)
        terminal_manners(folder)
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    return 1 if FAILED else 0


sys.exit(main())

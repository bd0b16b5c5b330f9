"""Mutates the risk gate, rule by rule, in a small copy of the package, and runs its tests against each mutant.

`run.py [WORD…]` runs only the rules whose name holds every word. Standard library only.
"""

import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / ".build" / "mutants"
MANIFEST = """// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
let package = Package(
    name: "mutants",
    targets: [
        .target(name: "Fundamentals", swiftSettings: settings),
        .target(name: "MarketModel", dependencies: ["Fundamentals"], swiftSettings: settings),
        .target(name: "RiskControl", dependencies: ["MarketModel", "Fundamentals"], swiftSettings: settings),
        .testTarget(
            name: "RiskControlTests", dependencies: ["RiskControl", "MarketModel", "Fundamentals"],
            swiftSettings: settings),
    ])
"""


def prepare():
    for folder in ["Sources", "Tests"]:
        shutil.rmtree(COPY / folder, ignore_errors=True)
    for module in ["Fundamentals", "MarketModel", "RiskControl"]:
        shutil.copytree(ROOT / "Sources" / module, COPY / "Sources" / module)
    shutil.copytree(ROOT / "Tests" / "RiskControlTests", COPY / "Tests" / "RiskControlTests")
    (COPY / "Package.swift").write_text(MANIFEST)


def run():
    """'passed', 'failed', or the compiler's complaint."""
    build = subprocess.run(
        ["swift", "build", "--build-tests", "--package-path", str(COPY)], capture_output=True, text=True)
    if build.returncode != 0:
        return "does not compile: " + "\n".join(l for l in build.stdout.splitlines() if "error:" in l)
    tests = subprocess.run(
        ["swift", "test", "--skip-build", "--package-path", str(COPY)], capture_output=True, text=True, timeout=300)
    return "passed" if tests.returncode == 0 else "failed"


def main():
    words = [word.lower() for word in sys.argv[1:]]
    mutations = [
        m for m in json.loads((ROOT / "Tests" / "mutations" / "risk.json").read_text())
        if all(word in m["rule"].lower() for word in words)
    ]
    prepare()
    verdict = run()
    if verdict != "passed":
        print(f"FAIL  the tests do not pass without a mutation: {verdict}\n0 passed, 1 failed")
        return 1
    caught, missed = 0, 0
    for mutation in mutations:
        path = COPY / "Sources" / "RiskControl" / mutation["file"]
        original = path.read_text()
        if original.count(mutation["remove"]) != 1:
            verdict = "no longer applies: its text must stand exactly once in " + mutation["file"]
        else:
            path.write_text(original.replace(mutation["remove"], mutation["insert"]))
            verdict = run()
            path.write_text(original)
        if verdict == "failed":
            caught += 1
            print(f"ok    without “{mutation['rule']}” the tests fail", flush=True)
        else:
            missed += 1
            text = "the tests still pass" if verdict == "passed" else verdict
            print(f"FAIL  without “{mutation['rule']}”: {text}", flush=True)
    print(f"{caught} passed, {missed} failed")
    return 1 if missed else 0


sys.exit(main())

"""Mutates risk gate and engine, rule by rule, in a small copy of the package, and runs the mutated module's tests.

`run.py [WORD…]` runs only the rules whose name holds every word. Standard library only.
"""

import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / ".build" / "mutants"
TESTS = pathlib.Path(__file__).resolve().parent
VOCABULARY = ["Fundamentals", "MarketModel"]
# What is mutated by which file, and the modules below it.
SUITES = {
    "risk.json": ("RiskControl", VOCABULARY),
    "engine.json": (
        "TradingEngine", VOCABULARY + ["OrderBooks", "Quoting", "RiskControl", "Execution", "Accounting"]),
}
MANIFEST = """// swift-tools-version: 6.3
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
let package = Package(
    name: "mutants",
    targets: [
%s
    ])
"""


def manifest(module, below):
    lines = [
        f'        .target(name: "{name}", dependencies: {json.dumps(below[:i] if i < 2 else VOCABULARY)}, '
        "swiftSettings: settings),"
        for i, name in enumerate(below)
    ]
    lines.append(f'        .target(name: "{module}", dependencies: {json.dumps(below)}, swiftSettings: settings),')
    lines.append(
        f'        .testTarget(name: "{module}Tests", dependencies: {json.dumps(below + [module])}, swiftSettings: settings),')
    return MANIFEST % "\n".join(lines)


def prepare(module, below):
    for folder in ["Sources", "Tests"]:
        shutil.rmtree(COPY / folder, ignore_errors=True)
    for name in below + [module]:
        shutil.copytree(ROOT / "Sources" / name, COPY / "Sources" / name)
    shutil.copytree(ROOT / "Tests" / f"{module}Tests", COPY / "Tests" / f"{module}Tests")
    (COPY / "Package.swift").write_text(manifest(module, below))


def run():
    """'passed', 'failed', or the compiler's complaint."""
    build = subprocess.run(
        ["swift", "build", "--build-tests", "--package-path", str(COPY)], capture_output=True, text=True)
    if build.returncode != 0:
        return "does not compile: " + "\n".join(l for l in build.stdout.splitlines() if "error:" in l)
    tests = subprocess.run(
        ["swift", "test", "--skip-build", "--package-path", str(COPY)], capture_output=True, text=True, timeout=300)
    return "passed" if tests.returncode == 0 else "failed"


def attempt(mutation, path):
    """What the tests say of one mutant; the source is put back."""
    original = path.read_text()
    if original.count(mutation["remove"]) != 1:
        return "no longer applies: its text must stand exactly once in " + mutation["file"]
    path.write_text(original.replace(mutation["remove"], mutation["insert"]))
    try:
        return run()
    finally:
        path.write_text(original)


def mutate(name, words):
    """(caught, missed) of one file of mutations."""
    module, below = SUITES[name]
    mutations = [
        m for m in json.loads((TESTS / name).read_text()) if all(word in m["rule"].lower() for word in words)
    ]
    if not mutations:
        return 0, 0
    prepare(module, below)
    verdict = run()
    if verdict != "passed":
        print(f"FAIL  the tests of {module} do not pass without a mutation: {verdict}")
        return 0, 1
    caught, missed = 0, 0
    for mutation in mutations:
        verdict = attempt(mutation, COPY / "Sources" / module / mutation["file"])
        if verdict == "failed":
            caught += 1
            print(f"ok    without “{mutation['rule']}” the tests fail", flush=True)
        else:
            missed += 1
            text = "the tests still pass" if verdict == "passed" else verdict
            print(f"FAIL  without “{mutation['rule']}”: {text}", flush=True)
    return caught, missed


def main():
    words = [word.lower() for word in sys.argv[1:]]
    results = [mutate(name, words) for name in SUITES]
    caught, missed = sum(r[0] for r in results), sum(r[1] for r in results)
    print(f"{caught} passed, {missed} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

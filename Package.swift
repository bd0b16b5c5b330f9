// swift-tools-version: 6.3
//
// The target list below is the architecture, bottom to top: a target may depend only on targets above it in this file.
// Tests/ArchitectureTests keeps it true, because SwiftPM's own import check lets transitive imports pass.
import PackageDescription

// MARK: Settings

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
/// The deterministic core: no Foundation, no clock, no `async`, and every unsafe expression marked `unsafe`.
let pure: [SwiftSetting] = strict + [.strictMemorySafety()]

func core(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: pure)
}
func protocols(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}
func shell(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}
func library(_ name: String, _ pkgConfig: String, apt package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, swiftSettings: strict)
}

// MARK: The map, bottom to top

let vocabulary: [Target.Dependency] = ["MarketModel", "Fundamentals"]

let package = Package(
    name: "apus",
    products: [
        .executable(name: "apus", targets: ["apus"]),
        .executable(name: "apus-exercise", targets: ["ApusExercise"]),
    ],
    targets: [
        // C: one shim for each library; exactly one Swift module imports it.
        library("COpenSSL", "openssl", apt: "libssl-dev"),
        library("CSecp256k1", "libsecp256k1", apt: "libsecp256k1-dev"),
        library("CZlib", "zlib", apt: "zlib1g-dev"),
        .target(name: "CLinux", path: "Sources/C/CLinux"),
        // What benchmarks measure against: plain C that does the same work.
        .target(
            name: "CBareLoop", path: "Sources/C/CBareLoop", linkerSettings: [.linkedLibrary("crypto")]),

        // 0  Vocabulary: what every other module speaks.
        core("Fundamentals"),
        core("MarketModel", ["Fundamentals"]),

        // 1  Components: value types, each pure, none knows another.
        core("OrderBooks", vocabulary),
        core("Quoting", vocabulary),
        core("RiskControl", vocabulary),
        core("Execution", vocabulary),
        core("Accounting", vocabulary),

        // 2  The engine: the only place where the components meet.
        core(
            "TradingEngine", ["OrderBooks", "Quoting", "RiskControl", "Execution", "Accounting"] + vocabulary),

        // 3  Protocols, sans IO: bytes in, messages out, and back.
        protocols("Cryptography", ["Fundamentals", "COpenSSL", "CSecp256k1"]),
        // Optimised in debug builds too: field arithmetic without inlining is two hundred times slower, and every order of
        // a simulated Extended is signed and verified.
        .target(
            name: "StarkCryptography", dependencies: ["Cryptography", "Fundamentals"],
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        protocols("Wire", ["Cryptography", "Fundamentals"]),
        protocols("VenueKit", ["Wire", "TradingEngine", "RiskControl"] + vocabulary),
        protocols("VenueAster", ["VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        protocols(
            "VenueExtended", ["VenueKit", "Wire", "StarkCryptography", "Cryptography", "RiskControl"] + vocabulary),
        protocols("VenueBinance", ["VenueAster", "VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        protocols("VenueACE", ["VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        protocols("VenueBitoPro", ["VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        protocols("VenueMAX", ["VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),

        // 4  Worlds: matching engine, local venues, and the seeded simulation that drives the same engine.
        core("Exchange", vocabulary),
        protocols(
            "LocalVenues",
            [
                "Exchange", "VenueAster", "VenueExtended", "VenueBinance", "VenueACE", "VenueBitoPro", "VenueMAX",
                "VenueKit",
                "Wire", "StarkCryptography", "Cryptography",
            ] + vocabulary),
        protocols(
            "Simulation",
            [
                "LocalVenues", "Exchange", "VenueAster", "VenueExtended", "VenueBinance", "VenueACE", "VenueBitoPro",
                "VenueMAX", "VenueKit", "TradingEngine", "RiskControl", "Quoting", "Wire", "StarkCryptography",
                "Cryptography",
            ] + vocabulary),

        protocols("Reporting", ["Wire"] + vocabulary),

        // 5  Shell: the only code that can block, fail, or be late.
        shell("SystemIO", ["Wire", "Cryptography", "Fundamentals", "CLinux", "CZlib"]),
        shell("Configuration", ["Quoting", "RiskControl"] + vocabulary),
        shell("Observability", ["Fundamentals"]),
        shell("Notifications", ["SystemIO", "Configuration", "Observability", "Wire", "Cryptography", "Fundamentals"]),
        shell(
            "Runtime",
            [
                "SystemIO", "Observability", "Notifications", "Configuration", "Reporting", "LocalVenues", "Exchange",
                "VenueAster",
                "VenueExtended", "VenueBinance", "VenueACE", "VenueBitoPro", "VenueMAX", "VenueKit", "TradingEngine",
                "RiskControl", "Quoting", "Wire", "StarkCryptography",
                "Cryptography",
            ] + vocabulary),

        // 6  Surfaces.
        shell(
            "ControlAPI",
            [
                "Runtime", "SystemIO", "Observability", "Configuration", "VenueKit", "TradingEngine", "RiskControl",
                "Quoting", "Wire", "Cryptography",
            ] + vocabulary),
        shell("TerminalUI", ["Fundamentals"]),
        shell("CommandLineKit", ["Fundamentals"]),
        shell(
            "Benchmarks",
            [
                "SystemIO", "Exchange", "LocalVenues", "VenueAster", "VenueExtended", "VenueKit", "TradingEngine",
                "OrderBooks", "Wire", "StarkCryptography", "Cryptography", "RiskControl", "Quoting", "CBareLoop",
            ] + vocabulary),
        .executableTarget(
            name: "apus",
            dependencies: [
                "CommandLineKit", "TerminalUI", "ControlAPI", "Runtime", "Reporting", "Simulation", "Benchmarks",
                "Configuration",
                "Notifications", "Observability", "SystemIO", "LocalVenues", "Exchange", "VenueAster", "VenueExtended",
                "VenueBinance", "VenueACE", "VenueBitoPro", "VenueMAX", "VenueKit", "TradingEngine", "RiskControl",
                "Quoting", "Wire", "StarkCryptography", "Cryptography",
            ] + vocabulary,
            swiftSettings: strict),

        // Trades with itself, on local exchanges only. Neither `Runtime` nor `apus` links it: a program of its own.
        shell(
            "SelfTradeExerciser",
            [
                "SystemIO", "LocalVenues", "VenueBinance", "VenueACE", "VenueBitoPro", "VenueMAX", "VenueKit", "Wire",
                "Cryptography",
            ] + vocabulary),
        .executableTarget(
            name: "ApusExercise",
            dependencies: ["SelfTradeExerciser", "CommandLineKit", "SystemIO"] + vocabulary, swiftSettings: strict),

        // A server and client for scripts/peers-test, which tries them against independent implementations.
        .executableTarget(
            name: "WirePeerServer", dependencies: ["SystemIO", "Wire", "Fundamentals"], path: "Sources/WirePeerServer",
            swiftSettings: strict),

        // Signs what it reads, for scripts/stark-test, which compares with an independent implementation.
        .executableTarget(
            name: "StarkPeer", dependencies: ["VenueExtended", "StarkCryptography", "Cryptography"],
            path: "Sources/StarkPeer", swiftSettings: strict),

        // Tests: one suite for each module, plus the suites that cut across them.
        tests("Fundamentals", ["Fundamentals"]),
        tests("MarketModel", vocabulary),
        tests("OrderBooks", ["OrderBooks"] + vocabulary),
        tests("Quoting", ["Quoting"] + vocabulary),
        tests("RiskControl", ["RiskControl"] + vocabulary),
        tests("Execution", ["Execution"] + vocabulary),
        tests("Accounting", ["Accounting"] + vocabulary),
        tests("TradingEngine", ["TradingEngine", "Quoting", "RiskControl"] + vocabulary),
        tests("Cryptography", ["Cryptography", "Fundamentals"]),
        tests("StarkCryptography", ["StarkCryptography", "Wire", "Cryptography", "Fundamentals"]),
        tests("Wire", ["Wire", "Cryptography", "Fundamentals"]),
        tests("VenueKit", ["VenueKit", "Wire", "TradingEngine", "RiskControl"] + vocabulary),
        tests("VenueAster", ["VenueAster", "VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        tests(
            "VenueExtended",
            ["VenueExtended", "VenueKit", "Wire", "StarkCryptography", "Cryptography", "RiskControl"] + vocabulary),
        tests(
            "VenueBinance",
            ["VenueBinance", "VenueAster", "VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        tests("VenueACE", ["VenueACE", "VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        tests("VenueBitoPro", ["VenueBitoPro", "VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        tests("VenueMAX", ["VenueMAX", "VenueKit", "Wire", "Cryptography", "RiskControl"] + vocabulary),
        tests("Exchange", ["Exchange"] + vocabulary),
        tests(
            "LocalVenues",
            [
                "LocalVenues", "Exchange", "VenueAster", "VenueExtended", "VenueBinance", "VenueACE", "VenueBitoPro",
                "VenueMAX", "VenueKit", "TradingEngine", "RiskControl", "Quoting", "Wire", "StarkCryptography",
                "Cryptography",
            ] + vocabulary),
        tests("Simulation", ["Simulation"] + vocabulary),
        tests("Reporting", ["Reporting", "Wire"] + vocabulary),
        tests("SystemIO", ["SystemIO", "Wire", "Cryptography", "Fundamentals"]),
        tests("Configuration", ["Configuration", "Quoting", "RiskControl"] + vocabulary),
        tests("Observability", ["Observability", "Fundamentals"]),
        tests(
            "Notifications",
            [
                "Notifications", "SystemIO", "Configuration", "Observability", "Wire", "Cryptography", "Fundamentals",
            ]),
        tests(
            "Runtime",
            [
                "Runtime", "SystemIO", "Notifications", "Observability", "Configuration", "LocalVenues", "Exchange",
                "VenueAster", "VenueExtended", "VenueBinance", "VenueACE", "VenueBitoPro", "VenueMAX", "VenueKit",
                "TradingEngine", "RiskControl", "Quoting", "Wire",
                "StarkCryptography", "Cryptography",
            ] + vocabulary),
        tests(
            "ControlAPI",
            [
                "ControlAPI", "Runtime", "SystemIO", "Observability", "Configuration", "VenueKit", "TradingEngine",
                "RiskControl", "Quoting", "Wire", "Cryptography",
            ] + vocabulary),
        tests("TerminalUI", ["TerminalUI", "Fundamentals"]),
        tests("CommandLineKit", ["CommandLineKit", "Fundamentals"]),
        tests("Benchmarks", ["Benchmarks"]),
        tests(
            "SelfTradeExerciser",
            ["SelfTradeExerciser", "LocalVenues", "SystemIO", "VenueKit", "Wire", "Cryptography"] + vocabulary),
        tests("Architecture", []),
    ]
)

import Testing

/// Modules that may know no clock, entropy, environment or concurrency.
private let deterministic: Set<String> = [
    "Fundamentals", "MarketModel", "OrderBooks", "Quoting", "RiskControl", "Execution", "Accounting", "TradingEngine",
    "StarkCryptography", "Wire", "VenueKit", "VenueAster", "VenueExtended", "VenueBinance", "VenueACE", "VenueBitoPro",
    "VenueMAX", "Exchange", "LocalVenues", "Simulation",
]
/// Modules in which money and limits live: no floating point.
private let exact: Set<String> = [
    "Fundamentals", "MarketModel", "OrderBooks", "RiskControl", "Execution", "Accounting", "TradingEngine",
]
/// Modules whose every order of iteration is part of their result.
private let ordered: Set<String> = exact.union(["Quoting", "Exchange"])
private let systemLibraries = [
    "COpenSSL": "Cryptography", "CSecp256k1": "Cryptography", "CZlib": "SystemIO", "CLinux": "SystemIO",
    "CBareLoop": "Benchmarks",
]
private let ambientModules: Set<String> = [
    "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Synchronization",
]
private let ambientWords = [
    "async", "await", "Task", "Date", "UUID", "Swift.print", "SystemRandomNumberGenerator", "randomElement()",
    "shuffled()",
    "secureRandom", "ContinuousClock", "SuspendingClock",
]

@Suite struct `The architecture` {
    @Test func `a target depends only on targets above it in the manifest`() throws {
        let manifest = try Manifest.load()
        #expect(manifest.targets.count > 20)
        var above: Set<String> = []
        for target in manifest.targets {
            for dependency in target.dependencies {
                #expect(above.contains(dependency), "\(target.name) stands above its dependency \(dependency)")
            }
            above.insert(target.name)
        }
    }

    @Test func `every import of a module of ours is declared in the manifest`() throws {
        let manifest = try Manifest.load()
        let names = Set(manifest.targets.map(\.name))
        for file in SourceTree.files where file.module != "C" {
            let target = manifest.targets.first { $0.name == file.module }
            #expect(target != nil, "\(file.path) belongs to no target")
            for (number, name) in file.imports where names.contains(name) {
                #expect(
                    target?.dependencies.contains(name) == true, "\(file.path):\(number) imports undeclared \(name)")
            }
        }
    }

    @Test func `each C library has exactly one importer`() {
        for file in SourceTree.files {
            for (number, name) in file.imports {
                guard let owner = systemLibraries[name] else { continue }
                #expect(owner == file.module, "\(file.path):\(number) imports \(name), which belongs to \(owner)")
            }
        }
    }

    @Test func `the deterministic modules read no clock, no entropy, no environment`() {
        for file in SourceTree.files where deterministic.contains(file.module) {
            for (number, name) in file.imports where ambientModules.contains(name) {
                Issue.record("\(file.path):\(number) imports \(name)")
            }
            for word in ambientWords {
                for number in file.lines(saying: word) { Issue.record("\(file.path):\(number) says \(word)") }
            }
        }
    }

    @Test func `no result of the core hangs on the order of a hash table`() {
        for file in SourceTree.files where ordered.contains(file.module) {
            for word in ["Dictionary", "Set<"] {
                for number in file.lines(saying: word) { Issue.record("\(file.path):\(number) says \(word)") }
            }
        }
    }

    @Test func `money is never a floating point number`() {
        for file in SourceTree.files where exact.contains(file.module) {
            for word in ["Double", "Float", "Float80"] {
                for number in file.lines(saying: word) { Issue.record("\(file.path):\(number) says \(word)") }
            }
        }
    }

    @Test func `only the risk gate can make an approved action`() {
        for file in SourceTree.files where file.module != "RiskControl" {
            for number in file.lines(saying: "Approved(") {
                Issue.record("\(file.path):\(number) tries to construct an Approved")
            }
        }
    }

    @Test func `the live runtime does not know the simulation`() throws {
        let manifest = try Manifest.load()
        func reachable(from name: String) -> Set<String> {
            let direct = manifest.targets.first { $0.name == name }?.dependencies ?? []
            return direct.reduce(into: Set(direct)) { $0.formUnion(reachable(from: $1)) }
        }
        #expect(!reachable(from: "Runtime").contains("Simulation"))
        // Nor does the program that trades contain what trades with itself.
        for name in ["Runtime", "ControlAPI", "apus"] {
            #expect(!reachable(from: name).contains("SelfTradeExerciser"), "\(name) links the self-trade exerciser")
        }
    }
}

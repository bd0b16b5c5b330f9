internal import Glibc

/// What `apus bench` is to measure.
public struct BenchmarkSettings: Sendable {
    /// The groups of rows, in the order in which they run.
    public enum Group: String, CaseIterable, Sendable {
        case decode, order, allocations, wallet, stark, book, matching, loopback
    }

    /// Tiny counts: shows that every row works, and measures nothing.
    public var quick: Bool
    public var groups: [Group]
    /// Times that each row is measured, each time with its reference; at least 7 for numbers worth keeping.
    public var repetitions: Int
    /// Turns of the loopback row, each of about five seconds for both clients.
    public var loopbackRuns: Int
    /// Where real recordings are; rows that need one are skipped without.
    public var dataFolder: String
    /// The program that is started again for rows that need a process of their own, and what comes before their
    /// arguments there. It must hand the rest to `Benchmarks.runChild`.
    public var executable: String
    public var childPrefix: [String]

    public init(quick: Bool = false, groups: [Group] = Group.allCases, dataFolder: String? = nil) {
        self.quick = quick
        self.groups = groups
        repetitions = quick ? 2 : 9
        loopbackRuns = quick ? 1 : 9
        self.dataFolder = dataFolder ?? getenv("APUS_DATA").map { String(cString: $0) } ?? "../shared/data"
        executable = "/proc/self/exe"
        childPrefix = ["bench", "--child"]
    }

    /// `full`, or a small number of it in quick mode.
    func count(_ full: Int) -> Int { quick ? max(4, full / 100) : full }
}

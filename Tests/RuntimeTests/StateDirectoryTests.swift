import Fundamentals
import MarketModel
import RiskControl
import Runtime
import SystemIO
import Testing

@Suite struct `The state directory` {
    private let base: String
    private let start = Instant(milliseconds: 1_800_000_000_000)

    init() {
        let number = UInt64.random(in: 0...UInt64.max)
        base = "/tmp/apus-state-test-\(number)"
    }

    private func open(at now: Instant? = nil, in folder: String? = nil) throws -> StateDirectory {
        try StateDirectory(
            base: folder ?? base, venue: "aster", account: base, environment: ["XDG_RUNTIME_DIR": base + "-run"],
            now: now ?? start)
    }

    private func folders() throws {
        for folder in [base, base + "-run"] { try makeFolder(folder, mode: 0o700) }
    }

    @Test func `counts starts upwards, whatever the clock says`() throws {
        try folders()
        let first = try open().epoch
        let second = try open(at: start - .hours(24)).epoch
        #expect(second == first + 1)
    }

    @Test func `does not repeat an epoch when it was lost between two starts`() throws {
        try folders()
        let first = try open().epoch
        try makeFolder(base + "-other", mode: 0o700)
        let second = try open(at: start + .seconds(5), in: base + "-other").epoch
        #expect(second > first)
    }

    @Test func `keeps what the day has brought for the next start`() throws {
        try folders()
        let result = DayResult(day: 20_833, change: Cash("-3.25")!)
        do { try open().record(result) }
        #expect(try open().day == result)
    }

    @Test func `keeps a halt until it is lifted, and lifting it forgives the day's loss`() throws {
        try folders()
        do {
            let state = try open()
            try state.record(DayResult(day: 20_833, change: Cash("-30")!))
            try state.recordHalt("daily loss\n" + String(repeating: "x", count: 10_000))
        }
        do {
            let state = try open()
            #expect(state.halt?.hasPrefix("daily loss x") == true)
            try state.liftHalt()
        }
        let state = try open()
        #expect(state.halt == nil)
        #expect(state.day == nil)
    }

    @Test func `refuses a second holder of the same account`() throws {
        try folders()
        let first = try open()
        #expect(throws: StateError.self) { try open() }
        withExtendedLifetime(first) {}
    }
}

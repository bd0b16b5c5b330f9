internal import Fundamentals
internal import MarketModel
internal import RiskControl
internal import SystemIO
import Testing

@testable internal import Runtime

// One after another: a process that another test is just starting holds every lock for a moment.
@Suite(.serialized) struct `What survives a restart` {
    private let directory = TemporaryDirectory()

    private func open(
        account: String = "one", folder: String = "/state"
    ) throws(StateError) -> StateDirectory {
        try StateDirectory(
            base: directory.path + folder, venue: "aster", account: account,
            environment: ["XDG_RUNTIME_DIR": directory.path + "/run"])
    }

    @Test func `no epoch comes back though the folder was lost between two starts`() throws {
        let now = Instant(milliseconds: 1_800_000_000_000)
        let first = try open().takeEpoch(at: now)
        #expect(try open().takeEpoch(at: now - .hours(24)) == first + 1)
        #expect(try open(folder: "/other").takeEpoch(at: now + .seconds(5)) > first + 1)
    }

    @Test func `what the day has brought is there for the next start`() throws {
        let result = DayResult(day: 20_833, change: Cash(whole: -3))
        try open().record(result)
        #expect(try open().day == result)
    }

    @Test func `whoever lifts a halt forgives the day's loss, which would halt the next start at once`() throws {
        try open().record(DayResult(day: 20_833, change: Cash(whole: -30)))
        try open().recordHalt("daily loss")
        try open().liftHalt()
        #expect(try open().day == nil)
    }

    @Test func `a halt can be read again, however much the venue said`() throws {
        try open().recordHalt("refused:\n" + String(repeating: "x", count: 10_000))
        #expect(try open().halt?.hasPrefix("refused: xxx") == true)
    }

    @Test func `every start has a number that was never used`() throws {
        let now = Instant(nanoseconds: 0)
        var seen: [UInt32] = []
        for _ in 0..<3 {
            let state = try open()
            seen += [try state.takeEpoch(at: now), try state.takeEpoch(at: now)]
        }
        #expect(seen == [1, 2, 3, 4, 5, 6])
        #expect(try open(account: "two").takeEpoch(at: now) == 1)
    }

    @Test(arguments: ["", "seven", "-1", "4294967295", "99999999999", "1 2"])
    func `a damaged number is refused by the name of its file`(text: String) throws {
        let file = try open().path + "/epoch"
        try writeFileAtomically(file, Array(text.utf8))
        #expect {
            try open()
        } throws: { error in
            guard case .damaged(let named, _)? = error as? StateError else { return false }
            return named == file && "\(error)".contains(file)
        }
        #expect(try readFile(file, limit: 100) == Array(text.utf8), "the evidence stays")
    }

    @Test func `a halt stays until somebody lifts it`() throws {
        try open().recordHalt("daily loss of 5")
        #expect(try open().halt == "daily loss of 5")
        let lifted = try open()
        try lifted.liftHalt()
        #expect(lifted.halt == nil)
        try lifted.liftHalt()
    }

    @Test func `a lifted halt does not come back`() throws {
        try open().recordHalt("drawdown")
        try open().liftHalt()
        #expect(try open().halt == nil)
    }

    @Test func `a second holder of the account is refused, also with another folder`() throws {
        let first = try open()
        #expect {
            try StateDirectory(
                base: directory.path + "/elsewhere", venue: "aster", account: "one",
                environment: ["XDG_RUNTIME_DIR": directory.path + "/run"])
        } throws: { error in
            guard case .held? = error as? StateError else { return false }
            return "\(error)".contains("already")
        }
        _ = try open(account: "another")
        withExtendedLifetime(first) {}
    }

    @Test func `folders are 0700 and files 0600`() throws {
        let state = try open()
        try state.recordHalt("why")
        _ = try state.takeEpoch(at: Instant(nanoseconds: 0))
        let modes = "test $(stat -c %a \(state.path)) = 700 && test $(stat -c %a run/apus) = 700"
        #expect(directory.shell(modes) == 0)
        #expect(directory.shell("for f in \(state.path)/*; do test $(stat -c %a $f) = 600 || exit 1; done") == 0)
    }

    @Test func `the account's name is nowhere to be read`() throws {
        _ = try open(account: "a-telling-name")
        #expect(directory.shell("! grep -r a-telling-name . && test -z \"$(find . -name '*telling*')\"") == 0)
    }
}

@Suite struct `The node's clock` {
    @Test func `never runs backwards and stays near the wall`() {
        let clock = RunClock()
        var last = clock.now
        for _ in 0..<10_000 {
            let now = clock.now
            #expect(now >= last)
            last = now
        }
        #expect(abs((clock.now - wallClock()).milliseconds) < 1_000)
    }
}

internal import Cryptography
public import Fundamentals
internal import MarketModel
public import RiskControl
internal import SystemIO

/// What survives a restart, in one folder for each account: the number of the last start, a halt that a person must
/// lift, and what the day has brought.
///
/// One process holds the account's lock; a second one is refused. The lock lives outside the folder, so that two
/// configurations with different folders cannot quote the same account either.
public final class StateDirectory {
    public let path: String
    /// Why an earlier start halted, if it did and nobody lifted it.
    public private(set) var halt: String?
    /// What the last day brought, as far as it was recorded; nil before the first.
    public private(set) var day: DayResult?
    private let lock: LockFile

    /// - Parameters:
    ///   - account: what identifies account and venue; only its hash is written.
    ///   - environment: for `XDG_RUNTIME_DIR`.
    public init(
        base: String, venue: String, account: String, environment: [String: String]
    ) throws(StateError) {
        let name = venue + "-" + Hex.encode(Array(Hash.sha256(Array(account.utf8)).prefix(8)))
        path = base + "/" + name
        let locks = environment["XDG_RUNTIME_DIR"].map { $0 + "/apus" } ?? "/tmp/apus-\(userID())"
        do throws(FileError) {
            try makeFolder(locks, mode: 0o700)
            try makeFolder(path, mode: 0o700)
        } catch {
            throw .unusable("\(error)")
        }
        do throws(LockFile.Failure) {
            lock = try LockFile(locks + "/" + name + ".lock")
        } catch {
            switch error {
            case .held(_, let holder): throw .held(by: holder)
            case .file(let reason): throw .unusable(reason.description)
            }
        }
        _ = try Self.lastEpoch(path + "/epoch")
        halt = try Self.text(path + "/halt")
        day = try Self.readDay(path + "/day")
    }

    /// The number of a start that begins now, never used before: the epoch of its client order ids.
    ///
    /// Counted up on disk before it is used: a crash may waste a number, never reuse one. The first is the second of
    /// its making, so that a folder that was lost (a container without a volume) does not bring old order ids back: the
    /// venue would answer for the old orders.
    /// - Parameter now: the wall clock.
    public func takeEpoch(at now: Instant) throws(StateError) -> UInt32 {
        let file = path + "/epoch"
        var last = min(UInt32(clamping: now.nanoseconds / 1_000_000_000), .max - 1)
        if let number = try Self.lastEpoch(file) { last = number }
        try Self.write("\(last + 1)\n", to: file)
        return last + 1
    }

    private static func lastEpoch(_ file: String) throws(StateError) -> UInt32? {
        guard let text = try text(file) else { return nil }
        guard let number = UInt32(text), number < .max else {
            throw .damaged(file: file, expected: "the number of the last start, below \(UInt32.max)")
        }
        return number
    }

    public func recordHalt(_ reason: String) throws(StateError) {
        // It may quote the venue, and what is written must be readable again.
        let line = String(decoding: reason.utf8.prefix(1_000).map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
        halt = line
        try Self.write(line + "\n", to: path + "/halt")
    }

    public func liftHalt() throws(StateError) {
        guard halt != nil else { return }
        halt = nil
        do throws(FileError) {
            // Whoever lifts a halt has seen the loss: it would halt the next start at once.
            if day != nil { try removeFile(path + "/day") }
            try removeFile(path + "/halt")
        } catch {
            throw .unusable("\(error)")
        }
        day = nil
    }

    public func record(_ result: DayResult) throws(StateError) {
        guard result != day else { return }
        try Self.write("\(result.day) \(result.change)\n", to: path + "/day")
        day = result
    }

    private static func readDay(_ file: String) throws(StateError) -> DayResult? {
        guard let text = try text(file) else { return nil }
        let words = text.split(separator: " ")
        guard words.count == 2, let day = Int64(words[0]), let change = Cash(words[1]) else {
            throw .damaged(file: file, expected: "a day since 1970 and the change of equity in it")
        }
        return DayResult(day: day, change: change)
    }

    private static func text(_ file: String) throws(StateError) -> String? {
        do throws(FileError) {
            guard let bytes = try readFileIfPresent(file, limit: 4_096) else { return nil }
            var text = String(decoding: bytes, as: UTF8.self)
            while text.last?.isWhitespace == true { text.removeLast() }
            return text
        } catch {
            throw .unusable("\(error)")
        }
    }

    private static func write(_ text: String, to file: String) throws(StateError) {
        do throws(FileError) {
            try writeFileAtomically(file, Array(text.utf8), mode: 0o600)
        } catch {
            throw .unusable("\(error)")
        }
    }
}

/// Why a run may not start.
public enum StateError: Error, Hashable, Sendable, CustomStringConvertible {
    case held(by: Int32?)
    /// An earlier start halted, and nobody lifted it.
    case halted(String)
    case damaged(file: String, expected: String)
    case unusable(String)

    public var description: String {
        switch self {
        case .held(let pid):
            "another instance\(pid.map { " (process \($0))" } ?? "") is already quoting this account; stop it first"
        case .halted(let reason): "halted by an earlier start: \(reason). Pass --resume to lift the halt"
        case .damaged(let file, let expected): "\(file) is damaged: expected \(expected)"
        case .unusable(let reason): "the state directory cannot be used: \(reason)"
        }
    }
}

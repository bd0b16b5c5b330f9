internal import Cryptography
internal import SystemIO

/// What survives a restart, in one folder for each account: the number of starts, and a halt that a person must lift.
///
/// One process holds the account's lock; a second one is refused. The lock lives outside the folder, so that two
/// configurations with different folders cannot quote the same account either.
public final class StateDirectory {
    public let path: String
    /// This start's number, never used before: the epoch of its client order ids.
    public let epoch: UInt32
    /// Why an earlier start halted, if it did and nobody lifted it.
    public private(set) var halt: String?
    private let lock: LockFile

    /// - Parameters:
    ///   - account: what identifies account and venue; only its hash is written.
    ///   - environment: for `XDG_RUNTIME_DIR`.
    public init(base: String, venue: String, account: String, environment: [String: String]) throws(StateError) {
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
        epoch = try Self.nextEpoch(in: path)
        halt = try Self.text(path + "/halt")
    }

    /// Counted up on disk before it is used: a crash may waste a number, never reuse one.
    private static func nextEpoch(in path: String) throws(StateError) -> UInt32 {
        let file = path + "/epoch"
        var last: UInt32 = 0
        if let text = try text(file) {
            guard let number = UInt32(text), number < .max else {
                throw .damaged(file: file, expected: "the number of the last start, below \(UInt32.max)")
            }
            last = number
        }
        try write("\(last + 1)\n", to: file)
        return last + 1
    }

    public func recordHalt(_ reason: String) throws(StateError) {
        halt = reason
        try Self.write(reason + "\n", to: path + "/halt")
    }

    public func liftHalt() throws(StateError) {
        guard halt != nil else { return }
        halt = nil
        do throws(FileError) { try removeFile(path + "/halt") } catch { throw .unusable("\(error)") }
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

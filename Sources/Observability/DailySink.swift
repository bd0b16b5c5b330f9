internal import Foundation
public import Fundamentals
internal import Synchronization

/// A file for each day (UTC) below a folder: `<folder>/<name>/2026-01-31/mmaker.log`, readable by its owner only.
///
/// The day is that of a line's own time, so that no line is lost or written twice when it changes. It never goes back:
/// once the first line of a day is written, the files of earlier days are left as they are.
public final class DailySink: LogSink {
    private struct State {
        var day: String
        /// Nil after a failure, until the next line tries again.
        var file: FileSink?
    }

    /// Of the markets, made safe for a path.
    public let folder: String
    private let state: Mutex<State>

    private static let fileName = "mmaker.log"
    private static let lengthMax = 80

    /// - Parameters:
    ///   - name: usually a market: whatever no file name should hold becomes a dash.
    ///   - now: the day that its first file is for.
    public init(folder: String, name: String, startingAt now: Instant) throws(LogFileError) {
        self.folder = folder + "/" + Self.safe(name)
        let day = Timestamp.date(now)
        state = Mutex(State(day: day, file: try Self.open(self.folder, day)))
    }

    public func write(_ line: String, at time: Instant) -> Bool {
        state.withLock { state in
            let day = Timestamp.date(time)
            // Years have four digits: the order of the texts is that of the days.
            if day > state.day {
                state.day = day
                state.file = nil
            }
            if state.file == nil { state.file = try? Self.open(folder, state.day) }
            return state.file?.write(line, at: time) ?? false
        }
    }

    private static func open(_ folder: String, _ day: String) throws(LogFileError) -> FileSink {
        let path = "\(folder)/\(day)"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw LogFileError(path: path, reason: "the folder cannot be made")
        }
        return try FileSink(path: "\(path)/\(fileName)")
    }

    /// `BTC/TWD` as `BTC-TWD`; never empty, hidden or a way up.
    static func safe(_ name: String) -> String {
        let kept = name.unicodeScalars.prefix(lengthMax).map { scalar -> Character in
            let isPlain =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "-" || scalar == "_" || scalar == "." || scalar == "+"
            return isPlain ? Character(scalar) : "-"
        }
        let text = String(kept)
        return text.isEmpty || text.hasPrefix(".") ? "-" + text.drop { $0 == "." } : text
    }
}

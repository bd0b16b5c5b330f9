internal import Foundation
public import Fundamentals

/// Where lines go. Called under the log's lock, one line at a time, newline included.
public protocol LogSink: AnyObject, Sendable {
    /// False when the line could not be written.
    /// - Parameter time: what the line says of when it happened.
    func write(_ line: String, at time: Instant) -> Bool
}

/// Standard error.
public final class StandardErrorSink: LogSink {
    public init() {}

    public func write(_ line: String, at time: Instant) -> Bool {
        do {
            try FileHandle.standardError.write(contentsOf: Data(line.utf8))
            return true
        } catch {
            return false
        }
    }
}

/// Why a log file cannot be used.
public struct LogFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public let path: String
    public let reason: String

    public var description: String { "log file \(path): \(reason)" }
}

internal import Foundation
public import Fundamentals
internal import Synchronization

/// A file that lines are added to, readable by its owner only. When it would exceed `sizeMax` bytes it becomes
/// `name.1`, the one before `name.2`, and so on; of these `generations` are kept.
public final class FileSink: LogSink {
    private let path: String
    private let sizeMax: UInt64
    private let generations: Int
    /// Bytes in the current file.
    private let size: Mutex<UInt64>

    /// - Parameter sizeMax: Zero never rotates.
    public init(path: String, sizeMax: UInt64 = 0, generations: Int = 3) throws(LogFileError) {
        self.path = path
        self.sizeMax = sizeMax
        self.generations = max(1, generations)
        let files = FileManager.default
        if !files.fileExists(atPath: path) {
            guard files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                throw LogFileError(path: path, reason: "cannot be made")
            }
        }
        guard let handle = FileHandle(forWritingAtPath: path), let end = try? handle.seekToEnd() else {
            throw LogFileError(path: path, reason: "cannot be opened for writing")
        }
        try? handle.close()
        size = Mutex(end)
    }

    public func write(_ line: String, at time: Instant) -> Bool {
        let data = Data(line.utf8)
        return size.withLock { size in
            if sizeMax > 0, size > 0, size + UInt64(data.count) > sizeMax {
                rotate()
                size = 0
            }
            guard let handle = open() else { return false }
            defer { try? handle.close() }
            do {
                try handle.seekToEnd()
                try handle.write(contentsOf: data)
                size += UInt64(data.count)
                return true
            } catch {
                return false
            }
        }
    }

    /// Opened for each line, so that an outside rotation (rename) is noticed; the log is off the trading path.
    private func open() -> FileHandle? {
        if let handle = FileHandle(forWritingAtPath: path) { return handle }
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { return nil }
        return FileHandle(forWritingAtPath: path)
    }

    private func rotate() {
        let files = FileManager.default
        try? files.removeItem(atPath: "\(path).\(generations)")
        for number in stride(from: generations - 1, through: 1, by: -1) {
            try? files.moveItem(atPath: "\(path).\(number)", toPath: "\(path).\(number + 1)")
        }
        try? files.moveItem(atPath: path, toPath: "\(path).1")
    }
}

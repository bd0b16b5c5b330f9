internal import Glibc

/// Why a file cannot be used.
public enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
    case system(SystemError)
    case tooLarge(path: String, limit: Int)
    /// Secrets must belong to this user, with access for nobody else.
    case notPrivate(path: String, detail: String)
    case corrupt(reason: String)

    public var description: String {
        switch self {
        case .system(let error): error.description
        case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
        case .notPrivate(let path, let detail): "\(path) \(detail); expected mode 0600 or stricter, owned by this user"
        case .corrupt(let reason): reason
        }
    }
}

/// An owned descriptor: closed when forgotten.
struct FileDescriptor: ~Copyable {
    let number: Int32

    init(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(FileError) {
        number = Int32(uninterrupted { Int(open(path, flags | O_CLOEXEC, mode)) })
        guard number >= 0 else { throw .system(.last("open \(path)")) }
    }

    deinit { close(number) }

    func check(_ result: Int32, _ call: String) throws(FileError) {
        guard result == 0 else { throw .system(.last(call)) }
    }

    func writeAll(_ bytes: [UInt8], _ path: String) throws(FileError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                uninterrupted { write(number, raw.baseAddress! + offset, raw.count - offset) }
            }
            guard count > 0 else { throw .system(.last("write \(path)")) }
            offset += count
        }
    }
}

/// The whole file, or an error when it is larger than `limit` bytes.
public func readFile(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try FileDescriptor(path, O_RDONLY)
    return try readAll(file, path, limit: limit)
}

private func readAll(_ file: borrowing FileDescriptor, _ path: String, limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let number = file.number
    while true {
        let count = chunk.withUnsafeMutableBytes { raw in
            uninterrupted { read(number, raw.baseAddress, raw.count) }
        }
        guard count >= 0 else { throw .system(.last("read \(path)")) }
        if count == 0 { return bytes }
        guard bytes.count + count <= limit else { throw .tooLarge(path: path, limit: limit) }
        bytes.append(contentsOf: chunk[..<count])
    }
}

/// Reads a file with secrets: refuses one that others can access or that belongs to another user.
public func readPrivateFile(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try FileDescriptor(path, O_RDONLY)
    // Asked of the open file, so that nobody can exchange it between the check and the reading.
    var status = stat()
    try file.check(fstat(file.number, &status), "fstat \(path)")
    guard status.st_uid == geteuid() else {
        throw .notPrivate(path: path, detail: "belongs to user \(status.st_uid)")
    }
    guard status.st_mode & 0o077 == 0 else {
        throw .notPrivate(path: path, detail: "has mode 0\(String(status.st_mode & 0o7777, radix: 8))")
    }
    return try readAll(file, path, limit: limit)
}

/// Replaces a file as one step: after a crash there is the old file or the new one, never half of either.
///
/// Writes beside it, flushes, renames, and flushes the directory.
public func writeFileAtomically(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(FileError) {
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let temporary = "\(path).\(getpid()).tmp"
    do throws(FileError) {
        let file = try FileDescriptor(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
        // The mode given to open is cut by the umask.
        try file.check(fchmod(file.number, mode), "fchmod \(temporary)")
        try file.writeAll(bytes, temporary)
        try file.check(fsync(file.number), "fsync \(temporary)")
        try file.check(rename(temporary, path), "rename \(temporary)")
    } catch {
        unlink(temporary)
        throw error
    }
    let parent = try FileDescriptor(directory, O_RDONLY | O_DIRECTORY)
    try parent.check(fsync(parent.number), "fsync \(directory)")
}

/// A file that is written from its beginning, piece by piece; whatever was in it is gone.
public final class AppendingFile {
    private let path: String
    private let file: FileDescriptor

    public init(_ path: String) throws(FileError) {
        self.path = path
        file = try FileDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
    }

    public func append(_ bytes: [UInt8]) throws(FileError) { try file.writeAll(bytes, path) }
}

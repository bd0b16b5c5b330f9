internal import Glibc

/// Makes sure that one instance runs: an advisory lock (flock(2)) that the kernel drops with the process, however it
/// ends. The file holds the owner's process id for people to read.
public final class LockFile {
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// Another process holds it; its id when the file says.
        case held(path: String, by: Int32?)
        case file(FileError)

        public var description: String {
            switch self {
            case .held(let path, let owner):
                "\(path) is locked by \(owner.map { "process \($0)" } ?? "another process")"
            case .file(let error): error.description
            }
        }
    }

    public let path: String
    private let file: FileDescriptor

    /// Creates the file if need be and locks it without waiting.
    public init(_ path: String) throws(Failure) {
        self.path = path
        do throws(FileError) {
            file = try FileDescriptor(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        } catch {
            throw .file(error)
        }
        let number = file.number
        guard uninterrupted({ Int(flock(number, LOCK_EX | LOCK_NB)) }) == 0 else {
            let error = SystemError.last("flock \(path)")
            guard error.errno == EWOULDBLOCK else { throw .file(.system(error)) }
            throw .held(path: path, by: Self.owner(path))
        }
        do throws(FileError) {
            try file.check(ftruncate(number, 0), "ftruncate \(path)")
            try file.writeAll(Array("\(getpid())\n".utf8), path)
        } catch {
            throw .file(error)
        }
    }

    // The file stays: removing it would let a third process lock a new file while a second still opens the old one.

    private static func owner(_ path: String) -> Int32? {
        guard let bytes = try? readFile(path, limit: 64) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }
}

internal import Glibc

/// A system call that failed: which, with what number, and what that number means.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call, with its argument where that helps: `open config.json`.
    public var call: String
    public var errno: Int32

    public init(call: String, errno: Int32) {
        self.call = call
        self.errno = errno
    }

    /// Captures `errno`; must be the first thing that follows the failed call.
    static func last(_ call: String) -> SystemError {
        let number = Glibc.errno
        return SystemError(call: call, errno: number)
    }

    /// The operating system's words for the number.
    public var text: String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(errno, &buffer, buffer.count) == 0 else { return "error \(errno)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public var description: String { "\(call): \(text)" }
}

/// Repeats a call that a signal interrupted.
@inline(__always)
func uninterrupted(_ call: () -> Int) -> Int {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}

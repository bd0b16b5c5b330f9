internal import COpenSSL

/// Text that must never reach a log, journal, error, URL or core dump: it describes itself as `***`.
///
/// Its bytes are overwritten when the last copy goes away, unless an `expose` let them escape.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: SecretBytes

    public init(_ text: String) { storage = SecretBytes(Array(text.utf8)) }
    public init(bytes: [UInt8]) { storage = SecretBytes(bytes) }

    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
    public var isEmpty: Bool { storage.bytes.isEmpty }

    /// The only way to read it.
    public func expose<T>(_ body: ([UInt8]) -> T) -> T { body(storage.bytes) }

    public static func == (a: Self, b: Self) -> Bool { constantTimeEqual(a.storage.bytes, b.storage.bytes) }
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.bytes) }
}

/// Unchecked, because the bytes are written once more only in `deinit`, when no other reference is left.
private final class SecretBytes: @unchecked Sendable {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    deinit { bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
}

/// Compares in time that depends only on the lengths.
public func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
}

/// Bytes from the operating system's entropy, for keys, masks and tokens. Only the shell may call it.
public func secureRandom(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        precondition(
            count == 0 || RAND_bytes(buffer.baseAddress, Int32(count)) == 1,
            "The system's entropy source must work: without it no key or mask can be trusted.")
        initialized = count
    }
}

internal import COpenSSL

/// HMAC-SHA384 with one key. Source: RFC 2104, RFC 4231.
public struct HMACSHA384: Sendable {
    private let key: Secret

    public init(key: Secret) { self.key = key }

    /// 48 bytes.
    public func authenticate(_ message: [UInt8]) -> [UInt8] {
        key.expose { key in
            [UInt8](unsafeUninitializedCapacity: 48) { buffer, initialized in
                var count: UInt32 = 0
                let done = HMAC(
                    Algorithm.sha384.pointer, key, Int32(key.count), message, message.count, buffer.baseAddress, &count)
                precondition(
                    done != nil && count == 48, "An HMAC over bytes in memory cannot fail in a working OpenSSL.")
                initialized = 48
            }
        }
    }

    /// 96 lower-case hexadecimal digits.
    public func hexSignature(of message: [UInt8]) -> String { Hex.encode(authenticate(message)) }
}

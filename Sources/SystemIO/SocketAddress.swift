internal import CLinux
internal import Glibc

/// An IPv4 or IPv6 address with a port.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The bytes of a `sockaddr`, as the kernel reads and writes them.
    private let bytes: [UInt8]

    init(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(length)))
    }

    /// Calls a function of the kind `(address, length) -> result`, the result being -1 on failure.
    func withSockaddr<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        bytes.withUnsafeBytes { raw in
            // An array's storage is aligned to sixteen bytes, a sockaddr needs four; sockaddrs are never empty.
            body(raw.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
    }

    /// Parses a numeric address; `localhost` is 127.0.0.1 without asking anyone. Nil for a name.
    public init?(numeric host: String, port: UInt16) {
        let host = host == "localhost" ? "127.0.0.1" : host
        guard case .success(let found) = Self.lookUp(host, port, flags: AI_NUMERICHOST), let first = found.first else {
            return nil
        }
        self = first
    }

    /// Blocks; the resolver calls it on its own thread for names.
    static func lookUp(_ host: String, _ port: UInt16, flags: Int32) -> Result<[SocketAddress], ResolveFailure> {
        var hints = addrinfo()
        hints.ai_flags = flags | AI_NUMERICSERV
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { return .failure(ResolveFailure(host: host, code: code)) }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let entry = next, found.count < 16 {
            if let address = entry.pointee.ai_addr {
                found.append(SocketAddress(address, length: entry.pointee.ai_addrlen))
            }
            next = entry.pointee.ai_next
        }
        return found.isEmpty ? .failure(ResolveFailure(host: host, code: EAI_NONAME)) : .success(found)
    }

    var family: Int32 { withSockaddr { address, _ in Int32(address.pointee.sa_family) } }

    public var port: UInt16 { bytes.count >= 4 ? UInt16(bytes[2]) << 8 | UInt16(bytes[3]) : 0 }

    /// Numeric host without brackets.
    public var host: String {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = withSockaddr { address, length in
            getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        }
        guard code == 0 else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public var isLoopback: Bool {
        let host = host
        return host == "::1" || host.hasPrefix("127.")
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The local address of a bound socket.
    static func local(of descriptor: Int32) throws(SystemError) -> SocketAddress {
        try read("getsockname") { getsockname(descriptor, $0, $1) }
    }

    /// The address at the other end of a connected socket.
    static func remote(of descriptor: Int32) throws(SystemError) -> SocketAddress {
        try read("getpeername") { getpeername(descriptor, $0, $1) }
    }

    private static func read(
        _ call: String, _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(SystemError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let address: SocketAddress? = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard body(address, &length) == 0 else { return nil }
                return SocketAddress(address, length: min(length, socklen_t(MemoryLayout<sockaddr_storage>.size)))
            }
        }
        guard let address else { throw .last(call) }
        return address
    }
}

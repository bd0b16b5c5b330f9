/// Where a venue listens: scheme, host and port of a URL.
public struct VenueEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// `https`, `http`, `wss` or `ws`.
    public let scheme: String
    /// Name or address, without brackets.
    public let host: String
    public let port: UInt16

    /// Reads `https://host`, `wss://host:port`, `http://[::1]:8080`; a path, user or query is refused.
    public init?(_ text: String) {
        let schemes: [(name: String, port: UInt16)] = [("https", 443), ("http", 80), ("wss", 443), ("ws", 80)]
        guard let known = schemes.first(where: { text.hasPrefix($0.name + "://") }) else { return nil }
        var rest = text.dropFirst(known.name.count + 3)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var host = rest
        var port = known.port
        if rest.hasPrefix("[") {
            guard let close = rest.firstIndex(of: "]") else { return nil }
            host = rest[rest.index(after: rest.startIndex)..<close]
            let tail = rest[rest.index(after: close)...]
            guard let number = Self.port(tail, default: known.port), host.contains(":") else { return nil }
            port = number
        } else if let colon = rest.firstIndex(of: ":") {
            host = rest[..<colon]
            guard let number = Self.port(rest[colon...], default: known.port) else { return nil }
            port = number
        }
        let isAddress = rest.hasPrefix("[")
        guard !host.isEmpty, host.utf8.count <= 253,
            host.utf8.allSatisfy({ Self.isHostByte($0) || (isAddress && $0 == UInt8(ascii: ":")) })
        else { return nil }
        scheme = known.name
        self.host = host.lowercased()
        self.port = port
    }

    /// Whether the connection is encrypted.
    public var isSecure: Bool { scheme == "https" || scheme == "wss" }

    /// Whether the host is this machine: the only place where plain text is allowed.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 < 0x3A })
    }

    public var description: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    private static func port(_ text: Substring, default standard: UInt16) -> UInt16? {
        if text.isEmpty { return standard }
        guard text.hasPrefix(":"), text.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt16(text.dropFirst())
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}

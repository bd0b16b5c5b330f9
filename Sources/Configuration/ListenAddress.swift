/// A host and a port to listen on: `127.0.0.1:8000`, `[::1]:0`.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// Name or address, without brackets.
    public let host: String
    /// Zero for any free one.
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, with brackets around an IPv6 address.
    public init?(_ text: String) {
        guard let endpoint = VenueEndpoint("http://" + text), text.last != "/", text.last != "]",
            text.utf8.contains(UInt8(ascii: ":"))
        else { return nil }
        host = endpoint.host
        port = endpoint.port
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 < 0x3A })
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

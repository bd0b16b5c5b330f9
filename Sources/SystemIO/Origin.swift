/// Where a connection goes: scheme, host and port, as in a URL.
public struct Origin: Hashable, Sendable, CustomStringConvertible {
    public enum Scheme: String, Hashable, Sendable {
        case http, https
        // WebSocket's names for the same two transports.
        case ws, wss

        public var isSecure: Bool {
            switch self {
            case .https, .wss: true
            case .http, .ws: false
            }
        }
        public var defaultPort: UInt16 { isSecure ? 443 : 80 }
    }

    public var scheme: Scheme
    /// A name or numeric address, without brackets.
    public var host: String
    public var port: UInt16

    public init(scheme: Scheme, host: String, port: UInt16? = nil) {
        self.scheme = scheme
        self.host = host
        self.port = port ?? scheme.defaultPort
    }

    /// Splits a URL into origin and target (path and query, at least `/`). Nil for anything but
    /// `scheme://host[:port][/path][?query]`; user names and fragments are refused.
    public static func parse(url: String) -> (origin: Origin, target: String)? {
        guard let mark = url.firstRange(of: "://"), let scheme = Scheme(rawValue: url[..<mark.lowerBound].lowercased())
        else { return nil }
        let rest = url[mark.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var target = String(rest[end...])
        guard !target.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "#") }) else { return nil }
        if !target.hasPrefix("/") { target = "/" + target }
        guard let (host, port) = splitAuthority(rest[..<end]) else { return nil }
        return (Origin(scheme: scheme, host: host, port: port), target)
    }

    private static func splitAuthority(_ text: Substring) -> (host: String, port: UInt16?)? {
        var host = text
        var rest = Substring()
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            rest = text[colon...]
        }
        let allowed = host.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || ".-_:".utf8.contains($0)
        }
        guard !host.isEmpty, host.utf8.count <= 255, allowed else { return nil }
        if rest.isEmpty { return (String(host).lowercased(), nil) }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
        return (String(host).lowercased(), port)
    }

    /// The value of the `Host` header: the port only where it is not the scheme's own.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    public var description: String { "\(scheme.rawValue)://\(authority)" }
}

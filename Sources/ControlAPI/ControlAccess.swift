internal import Cryptography
internal import Wire

/// Who may ask: the token, the names by which this server may be called, and no page of another site.
struct ControlAccess: Sendable {
    /// Hash of the bearer token; nil when none is asked for. Hashes are compared, so that not even the length shows.
    private let tokenHash: [UInt8]?
    /// Lower-case names that `Host` may hold besides those of this machine.
    private let hosts: [String]

    private static let loopbackNames = ["localhost", "127.0.0.1", "[::1]"]

    init(token: Secret?, hosts: [String] = []) {
        tokenHash = token.map { $0.expose(Hash.sha256) }
        self.hosts = Self.loopbackNames + hosts.map { $0.lowercased() }
    }

    /// A page of another site can make a browser send requests here, under a name that it controls (DNS rebinding) or
    /// with its own origin. Both are refused before anything is looked at.
    func checkSite(_ request: HTTPRequest, host: String?) throws(ControlError) {
        guard let host else { throw ControlError(400, "bad_request", "the Host header is missing", field: "Host") }
        guard hosts.contains(Self.name(ofAuthority: host)) else {
            throw ControlError(
                421, "misdirected", "this server is not called by that name; --control-host adds one", field: "Host")
        }
        if let origin = request.headers["Origin"] {
            guard origin.lowercased() == "http://\(host.lowercased())" else {
                throw ControlError(403, "forbidden", "requests of other origins are refused", field: "Origin")
            }
        }
        if let site = request.headers["Sec-Fetch-Site"], site != "same-origin", site != "none" {
            throw ControlError(403, "forbidden", "requests of other sites are refused", field: "Sec-Fetch-Site")
        }
    }

    func checkToken(_ request: HTTPRequest) throws(ControlError) {
        guard let tokenHash else { return }
        let fields = request.headers.fields.filter { $0.name.lowercased() == "authorization" }
        let given = fields.count == 1 ? Self.bearer(fields[0].value) : nil
        guard let given, constantTimeEqual(Hash.sha256(given), tokenHash) else {
            throw ControlError(
                401, "unauthorized", "expected the header Authorization: Bearer TOKEN with this bot's token",
                field: "Authorization"
            ).with("WWW-Authenticate", "Bearer realm=\"apus\"")
        }
    }

    private static func bearer(_ value: String) -> [UInt8]? {
        let bytes = Array(value.utf8)
        guard bytes.count > 7, String(decoding: bytes[..<7], as: UTF8.self).lowercased() == "bearer " else {
            return nil
        }
        return Array(bytes[7...].drop { $0 == 0x20 })
    }

    /// `localhost` of `localhost:8000`, lower case; brackets of IPv6 stay.
    private static func name(ofAuthority authority: String) -> String {
        let text = authority.lowercased()
        let end = text.lastIndex(of: "]").map(text.index(after:)) ?? text.startIndex
        guard let colon = text[end...].firstIndex(of: ":"),
            text[text.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return text }
        return String(text[..<colon])
    }
}

internal import LocalVenues
public import SystemIO
internal import Wire

/// Why the exerciser does not go near a host.
public enum ExerciseRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case notAURL(String)
    case notLoopback(String)
    case encrypted(String)
    case withoutPort(String)
    /// It listens there, but is no local exchange of Apus.
    case notAnApusVenue(String)

    public var description: String {
        let why = "it trades with itself on purpose, which on a real market is a crime; there is no override"
        return switch self {
        case .notAURL(let text): "expected http://127.0.0.1:PORT, found '\(text)'"
        case .notLoopback(let host):
            "\(host) is not a loopback address: the exerciser only goes to this machine, because \(why)"
        case .encrypted(let text): "\(text): expected plain http on loopback, as `apus venue` serves it"
        case .withoutPort(let text): "\(text): expected the port that `apus venue` printed"
        case .notAnApusVenue(let text): "\(text) does not prove to be a local exchange of Apus: \(why)"
        }
    }
}

/// A place where the exerciser may connect: plain HTTP, on a loopback address, by number, at a port that was named. Only
/// `admit` makes one, and nothing in it can be changed.
public struct LoopbackVenue: Hashable, Sendable, CustomStringConvertible {
    public let origin: Origin

    private init(_ origin: Origin) { self.origin = origin }

    /// No name but `localhost` is accepted, and that is never looked up: what a resolver says cannot lead elsewhere.
    public static func admit(_ url: String) throws(ExerciseRefusal) -> LoopbackVenue {
        guard let (origin, target) = Origin.parse(url: url), target == "/" else { throw .notAURL(url) }
        switch origin.scheme {
        case .http: break
        case .https, .wss: throw .encrypted(url)
        case .ws: throw .notAURL(url)
        }
        guard let address = SocketAddress(numeric: origin.host, port: origin.port), address.isLoopback,
            isPlainLoopback(origin.host)
        else { throw .notLoopback(origin.host) }
        let after = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        guard after.hasSuffix(":\(origin.port)") else { throw .withoutPort(url) }
        return LoopbackVenue(Origin(scheme: .http, host: address.host, port: origin.port))
    }

    /// Four decimal numbers beginning with 127, `::1` or `localhost`: no other spelling of an address is worth a risk.
    private static func isPlainLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in UInt8(part).map { "\($0)" == part } ?? false }
    }

    public var description: String { origin.description }
}

/// A venue that no longer trades: its formats are kept for local venues and tests, its production hosts are refused.
public struct VenueRetirement: Hashable, Sendable {
    /// As people call it.
    public var venue: String
    /// Lower-case host names that nothing may be sent to.
    public var hosts: [String]
    /// What happened, with dates, as sentences for the person who wrote the configuration.
    public var reason: String

    public init(venue: String, hosts: [String], reason: String) {
        self.venue = venue
        self.hosts = hosts
        self.reason = reason
    }

    /// Whether `host`, in any case and with or without a final dot, is one of the venue's or below one of them.
    public func covers(host: some StringProtocol) -> Bool {
        var name = host.lowercased()[...]
        if name.hasSuffix(".") { name = name.dropLast() }
        return hosts.contains { name == $0 || name.hasSuffix(".\($0)") }
    }
}

internal import Configuration
internal import SystemIO

/// The checks of the way to a venue, whichever it is.
enum DoctorNames {
    static func check(
        _ endpoints: BotConfiguration.Endpoints, with probe: DoctorProbe
    ) throws -> [DoctorFinding] {
        try check([("REST host", endpoints.rest), ("stream host", endpoints.stream)], with: probe)
    }

    static func check(
        _ endpoints: [(name: String, endpoint: VenueEndpoint)], with probe: DoctorProbe
    ) throws -> [DoctorFinding] {
        try endpoints.map { name, endpoint in
            switch try probe.resolve(endpoint.host, port: endpoint.port) {
            case .success(let count): .ok(name, "\(endpoint.host) has \(count) address\(count == 1 ? "" : "es")")
            case .failure(let failure):
                .fail(name, failure.description, "check the name and this machine's DNS", .unavailable)
            }
        }
    }

    /// A finding where keys would travel in the open.
    static func openWire(_ endpoint: VenueEndpoint) -> DoctorFinding? {
        guard !endpoint.isSecure, !endpoint.isLoopback else { return nil }
        return .fail(
            "connection", "\(endpoint) is plain text over a network", "use https: keys must not travel in the open")
    }
}

internal import Configuration
internal import SystemIO

extension VenueEndpoint {
    var origin: Origin {
        let scheme: Origin.Scheme =
            switch (scheme, isSecure) {
            case (_, true): .https
            case (_, false): .http
            }
        return Origin(scheme: scheme, host: host, port: port)
    }
}

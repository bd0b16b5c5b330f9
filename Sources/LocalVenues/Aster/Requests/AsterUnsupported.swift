internal import Wire

/// What the venue has and a local one does not: answered with -1020 UNSUPPORTED_OPERATION, never half done.
///
/// The other things a local venue refuses so: hedge mode (`POST positionSide/dual` with `true`), moving isolated margin
/// (`POST positionMargin`; all margin is cross), and `builder` or `feeRate` on an order.
enum AsterUnsupported {
    /// Method and path below `/fapi/v3/`, and the request weight, 1 where no document gives one.
    static let endpoints: [(name: String, weight: Int64)] = [
        ("POST chase", 1),
        ("POST placeStrategyOrder", 50), ("POST updateStrategyOrder", 50),
        ("GET strategyOpenOrder", 5), ("GET strategyHistoryOrder", 5),
        // The master wallet's: agents and builders are what the account file says.
        ("POST approveAgent", 1), ("POST updateAgent", 1), ("DELETE agent", 1), ("GET agent", 1),
        ("POST approveBuilder", 1), ("POST updateBuilder", 1), ("GET builder", 1), ("DELETE builder", 1),
        ("POST registerAndApproveAgent", 50), ("POST subAccountTransfer", 1),
    ]

    /// The weight of an unsupported endpoint; nil where the venue has nothing of that name.
    static func weight(_ method: HTTPMethod, path: Substring) -> Int64? {
        guard path.hasPrefix("/fapi/v3/") else { return nil }
        let name = "\(method.rawValue) \(path.dropFirst(9))"
        return endpoints.first { $0.name == name }?.weight
    }
}

extension AsterError {
    static func unsupported(_ what: String) -> AsterError {
        AsterError(-1_020, "This operation is not supported: a local venue has no \(what).")
    }
}

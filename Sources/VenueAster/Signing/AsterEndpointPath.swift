/// Which generation of the API a path belongs to: V1 goes with API keys, V3 with wallets.
public enum AsterVersion: Hashable, Sendable, CaseIterable { case v1, v3 }

extension AsterVersion {
    /// The path of an endpoint in this version, from its V1-era path (`/fapi/v1/order`, `/fapi/v4/account`).
    public func path(_ path: String) -> String {
        switch self {
        case .v1: return path
        case .v3:
            switch path {
            case "/fapi/v2/balance": return "/fapi/v3/balance"
            case "/fapi/v4/account": return "/fapi/v3/accountWithJoinMargin"
            case "/fapi/v2/positionRisk": return "/fapi/v3/positionRisk"
            default: return path.hasPrefix("/fapi/v1/") ? "/fapi/v3/" + path.dropFirst(9) : path
            }
        }
    }
}

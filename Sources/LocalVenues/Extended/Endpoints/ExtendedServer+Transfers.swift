internal import MarketModel
internal import Wire

/// Money does not leave a local venue: there is no chain behind it.
extension ExtendedServer {
    mutating func withdraw(_ account: Int, _ body: [UInt8], _ json: inout JSONWriter) throws(ExtendedError) {
        throw ExtendedError(
            1_607, "Withdrawal is blocked for the account", debugInfo: "this local venue has no chain to withdraw to")
    }

    mutating func transfer(_ account: Int, _ body: [UInt8], _ json: inout JSONWriter) throws(ExtendedError) {
        throw ExtendedError(
            1_009, "Action is not allowed", debugInfo: "this local venue does not transfer between accounts")
    }
}

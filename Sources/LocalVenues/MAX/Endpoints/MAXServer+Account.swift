internal import Exchange
internal import MarketModel
internal import VenueMAX
internal import Wire

extension MAXServer {
    func writeInfo(_ account: Int, _ json: inout JSONWriter) {
        let fees = exchange.fees(of: accounts[account].id, in: MarketID(0))
        json.beginObject()
        json.member("email", "\(accounts[account].definition.name)@apus.local")
        json.member("level", 2)
        json.member("m_wallet_enabled", false)
        json.key("current_vip_level")
        json.beginObject()
        json.member("level", 0)
        json.member("minimum_trading_volume", 0)
        json.member("minimum_staking_volume", 0)
        json.key("maker_fee")
        json.numeral(MAXText.number(fees.maker))
        json.key("taker_fee")
        json.numeral(MAXText.number(fees.taker))
        json.endObject()
        json.key("next_vip_level")
        json.null()
        json.endObject()
    }

    /// Every asset that the account has, and that markets trade.
    func assets(of account: AccountID) -> [String] {
        var assets = configuration.markets.flatMap { [$0.instrument.quoteAsset, $0.instrument.baseAsset] }
        assets += exchange.balances(of: account).map(\.asset)
        var seen: [String] = []
        for asset in assets where !seen.contains(asset) { seen.append(asset) }
        return seen
    }

    func writeAccounts(
        _ parameters: MAXParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(MAXError) {
        let id = accounts[account].id
        let wanted = parameters.text("currency")
        let assets = assets(of: id)
        if let wanted, !assets.contains(wanted.uppercased()) { throw .invalid("currency") }
        json.beginArray()
        for asset in assets where wanted == nil || wanted?.uppercased() == asset {
            let holding = exchange.holding(of: id, asset: asset)
            json.beginObject()
            json.member("currency", asset.lowercased())
            json.member("balance", MAXText.amount(holding.total - holding.locked))
            json.member("locked", MAXText.amount(holding.locked))
            json.key("staked")
            json.null()
            json.endObject()
        }
        json.endArray()
    }
}

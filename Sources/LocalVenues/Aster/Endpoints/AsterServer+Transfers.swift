internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    /// Moves money between the futures wallet and a spot wallet that has no bottom and no limit.
    mutating func transfer(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let text = try parameters.required("amount")
        guard let amount = Cash(text) else { throw .missing("amount") }
        guard amount > .zero else { throw AsterError(-4_055, "Amount must be positive.") }
        let asset = try parameters.required("asset")
        let id = try parameters.required("clientTranId")
        let isOut: Bool
        switch try parameters.required("kindType") {
        case "FUTURE_SPOT": isOut = true
        case "SPOT_FUTURE": isOut = false
        default: throw .invalid("kindType")
        }
        guard id.utf8.count < 64 else {
            throw AsterError(-4_114, "Invalid clientTranId: it has 64 or more characters.")
        }
        let isRepeated = accounts[account].transfers.elements.contains { $0.id == id && now < $0.time + .hours(168) }
        guard !isRepeated else { throw AsterError(-4_115, "clientTranId is duplicated.") }
        try checkTransfer(amount, asset, isOut: isOut, account)
        exchange.deposit(
            isOut ? -amount : amount, asset: asset, to: accounts[account].id, at: now, into: &events)
        accounts[account].transfers.append(TransferRecord(id: id, time: now))
        json.beginObject()
        json.member("tranId", exchange.income(of: accounts[account].id).last?.id ?? 0)
        json.member("status", "SUCCESS")
        json.endObject()
    }

    private func checkTransfer(_ amount: Cash, _ asset: String, isOut: Bool, _ account: Int) throws(AsterError) {
        let id = accounts[account].id
        let held = exchange.balances(of: id).first { $0.asset == asset }
        guard held != nil || asset == exchange.settlementAsset else {
            throw AsterError(-1_108, "Invalid asset.")
        }
        guard isOut else { return }
        let free = asset == exchange.settlementAsset ? exchange.available(of: id) : held?.amount ?? .zero
        guard amount <= free, amount <= held?.amount ?? .zero else {
            throw AsterError(-2_018, "Balance is insufficient.")
        }
    }
}

internal import Exchange
internal import MarketModel
internal import Wire

extension AsterServer {
    mutating func setLeverage(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        guard let leverage = try parameters.integer("leverage") else { throw .missing("leverage") }
        let position = exchange.position(of: accounts[account].id, in: market.id)
        if position.isIsolated, position.quantity != .zero, (1..<position.leverage).contains(leverage) {
            throw AsterError(
                -4_161, "Leverage reduction is not supported in Isolated Margin Mode with open positions.")
        }
        do throws(ExchangeRejection) {
            try exchange.setLeverage(leverage, market: market.id, of: accounts[account].id, at: now, into: &events)
        } catch {
            throw refusal(error)
        }
        json.beginObject()
        json.member("leverage", leverage)
        json.member("maxNotionalValue", AsterBracket.notionalCap)
        json.member("symbol", market.instrument.symbol)
        json.endObject()
    }

    mutating func setMarginType(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        let isIsolated: Bool
        switch try parameters.required("marginType") {
        case "ISOLATED": isIsolated = true
        case "CROSSED": isIsolated = false
        default: throw .invalid("marginType")
        }
        if isIsolated, accounts[account].isMultiAssets {
            throw AsterError(-4_168, "Unable to adjust to isolated-margin mode under the Multi-Assets mode.")
        }
        do throws(ExchangeRejection) {
            try exchange.setIsolated(isIsolated, market: market.id, of: accounts[account].id, at: now, into: &events)
        } catch {
            throw refusal(error)
        }
        Self.writeSuccess(&json)
    }

    /// The margin of a local venue is cross whatever the margin type says, so there is no isolated margin to move.
    func changePositionMargin(_ parameters: AsterParameters, _ account: Int) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        guard let amount = try parameters.decimal("amount") else { throw .missing("amount") }
        guard let type = try parameters.integer("type") else { throw .missing("type") }
        guard (1...2).contains(type) else { throw .invalid("type") }
        guard amount.mantissa > 0 else { throw AsterError(-4_055, "Amount must be positive.") }
        let position = exchange.position(of: accounts[account].id, in: market.id)
        guard position.isIsolated else {
            throw AsterError(-4_049, "Add margin only support for isolated position.")
        }
        guard position.quantity != .zero else {
            throw AsterError(-4_054, "Cannot add position margin: position is 0.")
        }
        throw .unsupported("isolated margin")
    }

    func writePositionMarginHistory(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        _ = try marketIndex(parameters)
        json.beginArray()
        json.endArray()
    }

    // MARK: Modes

    static func writePositionMode(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("dualSidePosition", false)
        json.endObject()
    }

    /// Every account is and stays in one-way mode; what stands in the way of a switch is told first, as live.
    func setPositionMode(_ parameters: AsterParameters, _ account: Int) throws(AsterError) {
        guard let isHedged = try parameters.flag("dualSidePosition") else { throw .missing("dualSidePosition") }
        guard isHedged else {
            throw AsterError(-4_059, "No need to change position side.")
        }
        guard exchange.openOrders(of: accounts[account].id, in: nil).isEmpty else {
            throw AsterError(-4_067, "Position side cannot be changed if there exists open orders.")
        }
        for market in markets {
            guard exchange.position(of: accounts[account].id, in: market.id).quantity == .zero else {
                throw AsterError(-4_068, "Position side cannot be changed if there exists position.")
            }
        }
        throw .unsupported("hedge mode")
    }

    func writeMultiAssets(_ account: Int, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("multiAssetsMargin", accounts[account].isMultiAssets)
        json.endObject()
    }

    mutating func setMultiAssets(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        guard let flag = try parameters.flag("multiAssetsMargin") else { throw .missing("multiAssetsMargin") }
        accounts[account].isMultiAssets = flag
        accounts[account].configurationChanged = true
        Self.writeSuccess(&json)
    }

    func writeSelfTradeMode(_ account: Int, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("stpMode", exchange.selfTradeMode(of: accounts[account].id).asterText)
        json.endObject()
    }

    mutating func setSelfTradeMode(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let text = try parameters.required("stpMode")
        guard let mode = SelfTradeMode(asterText: text) else {
            throw .invalid("stpMode")
        }
        exchange.setSelfTradeMode(mode, of: accounts[account].id)
        Self.writeSuccess(&json)
    }

    // MARK: Tables

    func writeLeverageBrackets(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        try writeEach(parameters, &json) { market, json in
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.key("brackets")
            json.beginArray()
            json.beginObject()
            json.member("bracket", 1)
            json.member("initialLeverage", market.definition.maxLeverage)
            json.key("notionalCap")
            json.numeral(AsterBracket.notionalCap)
            json.member("notionalFloor", 0)
            json.key("maintMarginRatio")
            json.numeral(AsterText.trimmed(market.definition.maintenanceMargin.description, least: 1))
            json.key("cum")
            json.numeral("0.0")
            json.endObject()
            json.endArray()
            json.endObject()
        }
    }

    /// No local account is ever near auto-deleveraging: quantile 0.
    func writeQuantiles(_ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter) throws(AsterError) {
        let only = try optionalMarketIndex(parameters)
        json.beginArray()
        for (index, market) in markets.enumerated() where only == nil || only == index {
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.key("adlQuantile")
            json.beginObject()
            json.member("BOTH", 0)
            json.endObject()
            json.endObject()
        }
        json.endArray()
    }

    func writeCommissionRate(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        let fees = exchange.fees(of: accounts[account].id, in: market.id)
        json.beginObject()
        json.member("symbol", market.instrument.symbol)
        json.member("makerCommissionRate", AsterText.trimmed(fees.maker.description, least: 4))
        json.member("takerCommissionRate", AsterText.trimmed(fees.taker.description, least: 4))
        json.endObject()
    }
}

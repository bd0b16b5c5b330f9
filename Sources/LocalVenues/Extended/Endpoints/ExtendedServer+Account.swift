internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import StarkCryptography
internal import Wire

extension ExtendedServer {
    // MARK: Who

    func writeClient(_ account: Int, _ json: inout JSONWriter) {
        let client = accounts[account].definition.client
        let owner = accounts.firstIndex { $0.definition.client == client } ?? account
        json.key("data")
        json.beginObject()
        writeID("id", accounts[owner].number - 100_000, &json)
        json.member("evmWalletAddress", "0x0000000000000000000000000000000000000000")
        json.endObject()
    }

    /// All sub-accounts of the account's client.
    func writeAccounts(_ account: Int, _ json: inout JSONWriter) {
        let client = accounts[account].definition.client
        json.key("data")
        json.beginArray()
        for index in accounts.indices where accounts[index].definition.client == client {
            writeAccountObject(index, &json)
        }
        json.endArray()
    }

    func writeAccount(_ account: Int, _ json: inout JSONWriter) {
        json.key("data")
        writeAccountObject(account, &json)
    }

    private func writeAccountObject(_ index: Int, _ json: inout JSONWriter) {
        let account = accounts[index]
        let siblings = accounts[..<index].count { $0.definition.client == account.definition.client }
        json.beginObject()
        json.member("status", "ACTIVE")
        json.member("l2Key", account.definition.publicKey.hex)
        json.member("l2Vault", Int64(account.definition.vault))
        writeID("accountId", account.number, &json)
        json.member("description", account.definition.name)
        json.member("accountIndex", Int64(siblings))
        json.member("accountIndexForKeyGeneration", Int64(siblings))
        json.member("bridgeStarknetAddress", "0x1")
        json.key("apiKeys")
        json.beginArray()
        json.endArray()
        json.endObject()
    }

    // MARK: Balance

    /// 404 for an account that has nothing, as live.
    func writeBalance(_ account: Int, _ json: inout JSONWriter) throws(ExtendedError) {
        let id = accounts[account].id
        if exchange.wallet(of: id) == .zero, exchange.unrealized(of: id) == .zero { throw .notFound }
        json.key("data")
        writeBalanceObject(account, &json)
    }

    /// A balance, as REST and the account stream tell it.
    func writeBalanceObject(_ account: Int, _ json: inout JSONWriter) {
        let id = accounts[account].id
        let balance = exchange.wallet(of: id)
        let profit = exchange.unrealized(of: id)
        let equity = balance + profit
        let margin = exchange.margin(of: id)
        let initial = margin.positions + margin.orders
        var exposure = Cash.zero
        for market in markets {
            let held = exchange.position(of: id, in: market.id).quantity
            exposure += LedgerMath.value(of: held.magnitude, at: exchange.mark(market.id).price, market.instrument)
        }
        json.beginObject()
        json.member("collateralName", exchange.settlementAsset)
        json.member("balance", ExtendedText.money(balance))
        json.member("status", "ACTIVE")
        json.member("equity", ExtendedText.money(equity))
        json.member("spotEquity", "0")
        json.member("spotEquityForAvailableForTrade", "0")
        json.member("availableForTrade", ExtendedText.money(equity - initial))
        json.member("availableForWithdrawal", ExtendedText.money(availableForWithdrawal(account)))
        json.member("unrealisedPnl", ExtendedText.money(profit))
        json.member("initialMargin", ExtendedText.money(initial))
        json.member("marginRatio", ExtendedText.ratio(margin.maintenance, of: equity))
        json.member("exposure", ExtendedText.money(exposure))
        json.member("leverage", ExtendedText.ratio(exposure, of: equity))
        json.member("collateralReservedForSpotOrders", "0")
        json.member("updatedTime", accounts[account].balanceUpdatedAt.milliseconds)
        json.endObject()
    }

    func availableForWithdrawal(_ account: Int) -> Cash {
        let id = accounts[account].id
        let margin = exchange.margin(of: id)
        return max(
            .zero,
            exchange.wallet(of: id) + min(.zero, exchange.unrealized(of: id)) - margin.positions - margin.orders)
    }

    /// The collateral is all there is.
    func writeSpotBalances(_ account: Int, _ json: inout JSONWriter) {
        let balance = ExtendedText.money(exchange.wallet(of: accounts[account].id))
        json.key("data")
        json.beginArray()
        json.beginObject()
        writeID("accountId", accounts[account].number, &json)
        json.member("asset", exchange.settlementAsset)
        json.member("balance", balance)
        json.member("indexPrice", "1")
        json.member("notionalValue", balance)
        json.member("contributionFactor", "1")
        json.member("equityContribution", balance)
        json.member("availableToWithdraw", ExtendedText.money(availableForWithdrawal(account)))
        json.member("updatedAt", accounts[account].balanceUpdatedAt.milliseconds)
        json.endObject()
        json.endArray()
    }

    // MARK: Fees and leverage

    func writeFees(_ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let chosen = try chosenMarkets(query)
        json.key("data")
        json.beginArray()
        for market in chosen {
            let rates = exchange.fees(of: accounts[account].id, in: market)
            json.beginObject()
            json.member("market", marketName(market))
            json.member("makerFeeRate", ExtendedText.rate(rates.maker))
            json.member("takerFeeRate", ExtendedText.rate(rates.taker))
            json.member("builderFeeRate", "0")
            json.endObject()
        }
        json.endArray()
    }

    func writeRebates(_ json: inout JSONWriter) {
        json.key("data")
        json.beginObject()
        for name in ["totalPaid", "rebatesRate", "marketShare"] { json.member(name, "0") }
        json.member("nextTierMakerShare", "0.005")
        json.member("nextTierRebateRate", "0.00002")
        json.endObject()
    }

    func writeLeverage(_ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let chosen = try chosenMarkets(query)
        json.key("data")
        json.beginArray()
        for market in chosen { writeLeverageObject(account, market, &json) }
        json.endArray()
    }

    private func writeLeverageObject(_ account: Int, _ market: MarketID, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("market", marketName(market))
        json.member("leverage", String(leverage(account, market.index)))
        json.endObject()
    }

    /// Whole numbers only: the engine's margin knows no others.
    mutating func setLeverage(
        _ account: Int, _ body: [UInt8], _ json: inout JSONWriter
    ) throws(ExtendedError) {
        let document = try JSONValue.object(body)
        let fields = ExtendedFields(document)
        let market = try market(named: try fields.text("market"))
        let asked = try fields.decimal("leverage").normalized
        guard !asked.isBelow(ExactDecimal(mantissa: 1, scale: 0)) else {
            throw ExtendedError(1_049, "Invalid leverage: below minimum leverage")
        }
        let most = market.definition.market.maxLeverage
        guard !ExactDecimal(mantissa: Int128(most), scale: 0).isBelow(asked) else {
            throw ExtendedError(1_050, "Invalid leverage: exceeds maximum leverage", debugInfo: "at most \(most)")
        }
        guard let leverage = asked.int64(atScale: 0) else {
            throw ExtendedError(1_053, "Invalid leverage precision", debugInfo: "whole numbers only")
        }
        try checkLeverage(leverage, account, market)
        do throws(ExchangeRejection) {
            try exchange.setLeverage(
                leverage, market: market.id, of: accounts[account].id, at: now, into: &events)
        } catch {
            throw ExtendedError(1_052, "Invalid leverage: insufficient margin")
        }
        json.key("data")
        writeLeverageObject(account, market.id, &json)
    }

    /// The position and what rests must be allowed at the new leverage.
    private func checkLeverage(
        _ leverage: Int64, _ account: Int, _ market: ExtendedMarketState
    ) throws(ExtendedError) {
        let held = exchange.position(of: accounts[account].id, in: market.id).quantity
        let value = LedgerMath.value(of: held.magnitude, at: exchange.mark(market.id).price, market.instrument)
        var buys = held > .zero ? value : .zero
        var sells = held < .zero ? value : .zero
        for id in accounts[account].open {
            guard let order = orders[id], order.market == market.id, order.status != .untriggered else { continue }
            let worth = market.instrument.notional(order.price, order.remaining)
            if order.side == .buy { buys += worth } else { sells += worth }
        }
        let limit = market.definition.maxPositionValue(atLeverage: leverage)
        guard max(buys, sells) <= limit else {
            throw ExtendedError(
                10_501, "Invalid leverage: maximum position value exceeded",
                debugInfo: "at most \(ExtendedText.plain(limit))")
        }
    }
}

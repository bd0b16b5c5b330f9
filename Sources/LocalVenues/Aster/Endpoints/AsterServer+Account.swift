internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// A position with all that is derived from the mark.
struct PositionView: Sendable {
    let position: ExchangePosition
    let market: AsterMarket
    let mark: ExactDecimal
    /// Position × mark, signed; zero before there is a mark.
    let notional: Cash
    let unrealized: Cash
    let initialMargin: Cash
    let maintenanceMargin: Cash

    init(_ position: ExchangePosition, _ market: AsterMarket, mark: ExactDecimal) {
        self.position = position
        self.market = market
        self.mark = mark
        notional = LedgerMath.value(of: position.quantity, at: mark, market.instrument)
        unrealized = mark.mantissa > 0 ? notional - position.value : .zero
        initialMargin = Cash(
            units: Cash.divideRounding(notional.magnitude.units, by: Int128(max(1, position.leverage))))
        maintenanceMargin = market.definition.maintenanceMargin.of(notional.magnitude)
    }

    /// At least the decimals of `pricePrecision`, at most eight; `0.0` for a flat position.
    var entryPrice: String {
        guard position.quantity != .zero else { return "0.0" }
        return AsterText.trimmed(
            AsterText.average(position.value, over: position.quantity, market.instrument, decimals: 8),
            least: AsterText.pricePrecision(market.instrument))
    }

    /// The largest value the bracket allows at this leverage.
    var maxNotional: String { AsterBracket.notionalCap }
}

/// The one bracket each local market has.
enum AsterBracket {
    static let notionalCap = "100000000"
}

extension AsterServer {
    func view(_ account: Int, _ market: AsterMarket) -> PositionView {
        PositionView(exchange.position(of: accounts[account].id, in: market.id), market, mark: mark(market).price)
    }

    private func unrealized(_ account: Int, asset: String) -> Cash {
        var sum = Cash.zero
        for market in markets where market.instrument.settlementAsset == asset {
            sum += view(account, market).unrealized
        }
        return sum
    }

    private var settlementAsset: String { markets.first?.instrument.settlementAsset ?? "USDT" }

    /// Free margin in the settlement asset; other assets are free as a whole.
    private func available(_ account: Int, _ asset: String, _ amount: Cash) -> Cash {
        asset == settlementAsset ? exchange.available(of: accounts[account].id) : max(amount, .zero)
    }

    func writeBalances(_ account: Int, _ json: inout JSONWriter) {
        json.beginArray()
        for (asset, amount) in exchange.balances(of: accounts[account].id) {
            let free = AsterText.ledger(available(account, asset, amount))
            json.beginObject()
            json.member("accountAlias", accounts[account].alias)
            json.member("asset", asset)
            json.member("balance", AsterText.ledger(amount))
            json.member("crossWalletBalance", AsterText.ledger(amount))
            json.member("crossUnPnl", AsterText.ledger(unrealized(account, asset: asset)))
            json.member("availableBalance", free)
            json.member("maxWithdrawAmount", free)
            json.member("marginAvailable", true)
            json.member("updateTime", now.milliseconds)
            json.endObject()
        }
        json.endArray()
    }

    func writeAccount(_ account: Int, _ json: inout JSONWriter) {
        let id = accounts[account].id
        let margin = exchange.margin(of: id)
        let wallet = exchange.wallet(of: id)
        let unrealized = exchange.unrealized(of: id)
        let free = AsterText.ledger(exchange.available(of: id))
        json.beginObject()
        json.member("feeTier", 0)
        json.member("canTrade", true)
        json.member("canDeposit", true)
        json.member("canWithdraw", true)
        json.member("updateTime", 0)
        json.member("totalInitialMargin", AsterText.ledger(margin.positions + margin.orders))
        json.member("totalMaintMargin", AsterText.ledger(margin.maintenance))
        json.member("totalWalletBalance", AsterText.ledger(wallet))
        json.member("totalUnrealizedProfit", AsterText.ledger(unrealized))
        json.member("totalMarginBalance", AsterText.ledger(wallet + unrealized))
        json.member("totalPositionInitialMargin", AsterText.ledger(margin.positions))
        json.member("totalOpenOrderInitialMargin", AsterText.ledger(margin.orders))
        json.member("totalCrossWalletBalance", AsterText.ledger(wallet))
        json.member("totalCrossUnPnl", AsterText.ledger(unrealized))
        json.member("availableBalance", free)
        json.member("maxWithdrawAmount", free)
        json.key("assets")
        json.beginArray()
        for (asset, amount) in exchange.balances(of: id) { writeAsset(asset, amount, account, margin, &json) }
        json.endArray()
        json.key("positions")
        json.beginArray()
        for market in markets { write(view(account, market), &json) }
        json.endArray()
        json.endObject()
    }

    private func writeAsset(
        _ asset: String, _ amount: Cash, _ account: Int, _ margin: (positions: Cash, orders: Cash, maintenance: Cash),
        _ json: inout JSONWriter
    ) {
        let isSettlement = asset == settlementAsset
        let unrealized = unrealized(account, asset: asset)
        let free = AsterText.ledger(available(account, asset, amount))
        json.beginObject()
        json.member("asset", asset)
        json.member("walletBalance", AsterText.ledger(amount))
        json.member("unrealizedProfit", AsterText.ledger(unrealized))
        json.member("marginBalance", AsterText.ledger(amount + unrealized))
        json.member("maintMargin", AsterText.ledger(isSettlement ? margin.maintenance : .zero))
        json.member("initialMargin", AsterText.ledger(isSettlement ? margin.positions + margin.orders : .zero))
        json.member("positionInitialMargin", AsterText.ledger(isSettlement ? margin.positions : .zero))
        json.member("openOrderInitialMargin", AsterText.ledger(isSettlement ? margin.orders : .zero))
        json.member("maxWithdrawAmount", free)
        json.member("crossWalletBalance", AsterText.ledger(amount))
        json.member("crossUnPnl", AsterText.ledger(unrealized))
        json.member("availableBalance", free)
        json.member("marginAvailable", true)
        json.member("updateTime", now.milliseconds)
        json.endObject()
    }

    /// A row of `account`.
    private func write(_ view: PositionView, _ json: inout JSONWriter) {
        let instrument = view.market.instrument
        json.beginObject()
        json.member("symbol", instrument.symbol)
        json.member("initialMargin", AsterText.ledger(view.initialMargin))
        json.member("maintMargin", AsterText.ledger(view.maintenanceMargin))
        json.member("unrealizedProfit", AsterText.ledger(view.unrealized))
        json.member("positionInitialMargin", AsterText.ledger(view.initialMargin))
        json.member("openOrderInitialMargin", "0")
        json.member("leverage", String(view.position.leverage))
        json.member("isolated", view.position.isIsolated)
        json.member("entryPrice", view.entryPrice)
        json.member("maxNotional", view.maxNotional)
        json.member("positionSide", "BOTH")
        json.member("positionAmt", AsterText.filled(view.position.quantity, instrument))
        json.member("notional", AsterText.ledger(view.notional))
        json.member("isolatedWallet", "0")
        json.member("updateTime", Self.updateTime(view.position))
        json.endObject()
    }

    static func updateTime(_ position: ExchangePosition) -> Int64 {
        position.updatedAt == .distantPast ? 0 : position.updatedAt.milliseconds
    }

    func writePositionRisk(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let only = try optionalMarketIndex(parameters)
        json.beginArray()
        for (index, market) in markets.enumerated() where only == nil || only == index {
            let view = view(account, market)
            let instrument = market.instrument
            json.beginObject()
            json.member("symbol", instrument.symbol)
            json.member("positionAmt", instrument.text(view.position.quantity))
            json.member("entryPrice", view.entryPrice)
            json.member("markPrice", AsterText.eightDecimals(view.mark))
            json.member("unRealizedProfit", AsterText.ledger(view.unrealized))
            json.member("liquidationPrice", liquidationPrice(view, account))
            json.member("leverage", String(view.position.leverage))
            json.member("maxNotionalValue", view.maxNotional)
            json.member("marginType", view.position.isIsolated ? "isolated" : "cross")
            json.member("isolatedMargin", "0.00000000")
            json.member("isAutoAddMargin", "false")
            json.member("positionSide", "BOTH")
            json.member("notional", AsterText.ledger(view.notional))
            json.member("isolatedWallet", "0")
            json.member("updateTime", Self.updateTime(view.position))
            json.endObject()
        }
        json.endArray()
    }

    /// The mark at which equity meets the maintenance margin, were all other positions to keep their value:
    /// wallet' + q·P − value = m·|q|·P.
    private func liquidationPrice(_ view: PositionView, _ account: Int) -> String {
        let quantity = view.position.quantity
        guard quantity != .zero else { return "0" }
        let id = accounts[account].id
        let others = exchange.unrealized(of: id) - view.unrealized
        let otherMaintenance = exchange.margin(of: id).maintenance - view.maintenanceMargin
        let wallet = exchange.wallet(of: id) + others - otherMaintenance
        let rate = view.market.definition.maintenanceMargin.parts
        let side: Int64 = quantity > .zero ? 1 : -1
        let effective = Rate.one.parts - side * rate
        // In parts of 10⁻⁸ lots, so that (1 ∓ m) stays exact.
        let loss = view.position.value - wallet
        let numerator = loss.units * Int128(Rate.one.parts)
        let lot = view.market.instrument.lotSize
        let divisor = Int128(quantity.lots) * lot.mantissa * Int128(effective)
        guard divisor != 0, (numerator > 0) == (divisor > 0) else { return "0" }
        let scaled = Cash.divideRounding(numerator * LedgerMath.power(lot.scale), by: divisor)
        return AsterText.eightDecimals(ExactDecimal(mantissa: scaled, scale: Cash.scale))
    }
}

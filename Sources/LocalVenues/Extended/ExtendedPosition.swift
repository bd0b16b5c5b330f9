internal import Exchange
internal import Fundamentals
internal import MarketModel

/// A position from its first fill to its last, with where its profit came from.
struct ExtendedPosition: Hashable, Sendable {
    let id: Int64
    let market: MarketID
    let side: Side
    let createdAt: Instant
    var updatedAt: Instant
    /// Without sign; zero once it is closed.
    var size = Quantity.zero
    var maxSize = Quantity.zero
    var opened = Quantity.zero
    var openedValue = Cash.zero
    var closed = Quantity.zero
    var closedValue = Cash.zero
    var tradeProfit = Cash.zero
    var funding = Cash.zero
    /// Costs are positive.
    var openFees = Cash.zero
    var closeFees = Cash.zero
    var wasLiquidated = false

    init(id: Int64, market: MarketID, side: Side, at now: Instant) {
        self.id = id
        self.market = market
        self.side = side
        createdAt = now
        updatedAt = now
    }

    var signedSize: Quantity { side.signed(size) }
    var realized: Cash { tradeProfit + funding - openFees - closeFees }

    /// Takes the part of a fill that is on the position's own side.
    mutating func open(_ quantity: Quantity, value: Cash, fee: Cash, at now: Instant) {
        size += quantity
        maxSize = max(maxSize, size)
        opened += quantity
        openedValue += value
        openFees += fee
        updatedAt = now
    }

    /// Takes the part of a fill that is against it.
    mutating func close(_ quantity: Quantity, value: Cash, fee: Cash, profit: Cash, at now: Instant) {
        size -= quantity
        closed += quantity
        closedValue += value
        closeFees += fee
        tradeProfit += profit
        updatedAt = now
    }
}

extension ExtendedAccount {
    /// Books one side of a match: reduces what is there, opens with the rest.
    mutating func book(_ execution: Execution, _ instrument: Instrument, isLiquidation: Bool, ids: inout Snowflakes) {
        let market = execution.market
        func value(_ quantity: Quantity) -> Cash { instrument.notional(execution.price, quantity) }
        var rest = execution.quantity
        var fee = execution.commission
        if var position = positions[market.index], position.side != execution.side {
            let part = min(rest, position.size)
            let share = part == rest ? fee : fee.share(part.lots, of: rest.lots)
            position.close(part, value: value(part), fee: share, profit: execution.realized, at: execution.time)
            position.wasLiquidated = position.wasLiquidated || isLiquidation
            rest -= part
            fee = fee - share
            if position.size == .zero {
                closedPositions.append(position)
                positions[market.index] = nil
            } else {
                positions[market.index] = position
            }
        }
        guard rest > .zero else { return }
        var position =
            positions[market.index]
            ?? ExtendedPosition(
                id: ids.next(at: execution.time), market: market, side: execution.side, at: execution.time)
        position.open(rest, value: value(rest), fee: fee, at: execution.time)
        positions[market.index] = position
    }
}

internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueExtended

/// The engine's side of orders: what happens after a request was accepted.
extension ExtendedServer {
    mutating func runEngine() {
        while let command = queue.next(at: now) {
            switch command {
            case .place(let order): place(order)
            case .cancel(let account, let ids): cancel(ids, of: account)
            }
            absorbEvents()
        }
    }

    // MARK: Place

    private mutating func place(_ id: Int64) {
        guard let order = orders[id], order.status.isOpen, order.engineID == nil else { return }
        if let previous = order.previous {
            guard replace(previous, with: order) else { return }
        }
        let account = accounts[order.account]
        do throws(ExchangeRejection) {
            // The exchange tells its order back by the tag, so nothing of it need be known here.
            _ = try exchange.place(request(of: order), by: account.id, at: now, into: &events)
        } catch {
            reject(id, error.extendedReason)
        }
    }

    /// Cancels the order that a new one replaces. From here on it is gone, whatever becomes of the new one.
    /// - Returns: false when there was nothing to replace, or the engine failed.
    private mutating func replace(_ previous: Int64, with order: ExtendedOrder) -> Bool {
        guard let old = orders[previous], old.status.isOpen else {
            reject(order.id, .previousOrderNotFound)
            return false
        }
        let fails = strikes(.editFailsAtEngine, markets[order.market.index].definition.name)
        end(previous, because: .replaced)
        absorbEvents()
        if fails { reject(order.id, .previousOrderConflict) }
        return !fails
    }

    private func request(of order: ExtendedOrder) -> NewOrder {
        let timeInForce: TimeInForce =
            switch order.timeInForce {
            case .goodTillTime, .topOfBook: order.isPostOnly ? .postOnly : .goodTillCancel
            case .immediateOrCancel: .immediateOrCancel
            case .fillOrKill: .fillOrKill
            }
        var request = NewOrder(
            market: order.market, side: order.side, type: .limit, timeInForce: timeInForce, quantity: order.quantity,
            price: order.price, reduceOnly: order.isReduceOnly, clientOrderID: order.externalID,
            selfTradeMode: .expireMaker, selfTradeScope: order.selfTradeLevel.scope, tag: order.id)
        guard let trigger = order.trigger else { return request }
        // A stop waits for a price that is worse for its side, a take-profit for one that is better.
        request.type = (trigger.direction == .up) == (order.side == .buy) ? .stop : .takeProfit
        request.stopPrice = trigger.price
        switch trigger.source {
        case .last: request.trigger = .lastPrice
        // There is one index for each market here, and the mark follows it.
        case .mark, .index: request.trigger = .markPrice
        }
        if trigger.execution == .market { request.timeInForce = .immediateOrCancel }
        return request
    }

    private mutating func reject(_ id: Int64, _ reason: ExtendedStatusReason) {
        finish(id, .rejected, reason)
    }

    // MARK: End

    private mutating func cancel(_ ids: [Int64], of account: Int) {
        for id in ids where orders[id]?.account == account { end(id, because: .none) }
    }

    /// Cancels an order wherever it is; one that ended is left alone.
    mutating func end(_ id: Int64, because reason: ExtendedStatusReason) {
        guard let order = orders[id], order.status.isOpen else { return }
        guard let engineID = order.engineID else { return finish(id, .canceled, reason) }
        orders.update(id) { $0.pendingReason = reason }
        do throws(ExchangeRejection) {
            _ = try exchange.cancel(engineID, of: accounts[order.account].id, at: now, into: &events)
        } catch {
            // It ended in this very moment; its event tells how.
        }
        absorbEvents()
    }

    /// Ends an order of which the exchange knows nothing (any more).
    mutating func finish(_ id: Int64, _ status: ExtendedOrderStatus, _ reason: ExtendedStatusReason) {
        guard let order = orders[id], order.status.isOpen else { return }
        let time = venueTime
        orders.update(id) { order in
            order.status = status
            order.reason = reason
            order.updatedAt = time
        }
        accounts[order.account].forgetOpen(id)
        tell(id)
    }

    mutating func tell(_ id: Int64) {
        if let order = orders[id] { notices.append(.order(order)) }
    }

    mutating func expireOrders() {
        while let id = expiries.next(at: venueTime) {
            guard let order = orders[id], order.status.isOpen else { continue }
            guard let engineID = order.engineID else {
                finish(id, .expired, .none)
                continue
            }
            do throws(ExchangeRejection) {
                try exchange.expire(engineID, of: accounts[order.account].id, at: now, into: &events)
            } catch {
                // As for a cancel.
            }
            absorbEvents()
        }
    }

    // MARK: Dead man's switch

    mutating func fireSwitches() {
        for index in accounts.indices {
            guard let deadline = accounts[index].deadMansSwitch.deadline, deadline <= now else { continue }
            let open = accounts[index].open
            for id in open { end(id, because: .none) }
            accounts[index].deadMansSwitch.fire(orders: open.count, at: now)
            note(
                index,
                "dead man's switch fired after \(accounts[index].deadMansSwitch.seconds) s: \(open.count) orders canceled"
            )
        }
    }

    /// Adds a line to the venue's log.
    mutating func note(_ account: Int?, _ text: String) {
        log.append(
            ExtendedLogEntry(
                time: now, account: account.map { accounts[$0].definition.name } ?? "", text: text))
    }
}

extension ExchangeRejection {
    /// Why the engine rejected what the REST interface had accepted.
    var extendedReason: ExtendedStatusReason {
        switch self {
        case .insufficientMargin, .insufficientFunds: .notEnoughFunds
        case .reduceOnlyRejected: .reduceOnlyFailed
        case .priceBelowMinimum, .priceAboveMaximum, .priceNotOnTick, .priceAboveCollar, .priceBelowCollar,
            .wouldTriggerImmediately:
            .invalidPrice
        case .quantityBelowMinimum, .quantityAboveMaximum, .quantityNotOnLot, .quantityNotPositive: .invalidQuantity
        case .notionalTooSmall: .invalidValue
        case .marketOrderOutsideCollar, .noLiquidity: .noLiquidity
        case .accountInLiquidation: .accountLiquidation
        case .unknownMarket, .marketClosed, .tooManyOpenOrders, .tooManyConditionalOrders, .duplicateClientOrderID,
            .unknownOrder, .orderNotAmendable, .tooManyAmendments, .invalidLeverage, .marginTypeUnchanged,
            .marginTypeWithOpenOrders, .marginTypeWithPosition:
            .unknown
        }
    }
}

internal import Fundamentals

/// Request weight of one address: 429 above the limit, 418 for those who do not heed it.
struct AddressLimiter: Sendable {
    let address: String
    private var weight = WindowCounter(.minutes(1))
    private var ignored: Int64 = 0
    private var bans: Int64 = 0
    private var bannedUntil = Instant.distantPast

    init(address: String) { self.address = address }

    mutating func used(at now: Instant) -> Int64 {
        weight.roll(to: now)
        return weight.count
    }

    /// Takes back what a request weighed, as Binance does for orders that it accepted.
    mutating func refund(_ amount: Int64, at now: Instant) { weight.add(-amount, at: now) }

    /// Counts a request, or says why it is not served.
    mutating func admit(_ amount: Int64, _ limits: AsterLimits, at now: Instant) throws(AsterError) {
        weight.roll(to: now)
        if now < bannedUntil { throw banned(at: now) }
        weight.add(amount, at: now)
        guard weight.count > limits.weightPerMinute else {
            ignored = 0
            return
        }
        ignored += 1
        if ignored > limits.ignoredBeforeBan {
            ignored = 0
            let length = limits.firstBan.nanoseconds << min(bans, 12)
            bannedUntil = now + min(TimeSpan(nanoseconds: length), .hours(72))
            bans += 1
            throw banned(at: now)
        }
        throw AsterError(
            -1_003,
            "Too many requests; current limit is \(limits.weightPerMinute) requests per minute. "
                + "Please use the websocket for live updates to avoid polling the API.",
            status: 429, retryAfter: weight.secondsLeft(at: now))
    }

    private func banned(at now: Instant) -> AsterError {
        let left = (bannedUntil - now).nanoseconds
        return AsterError(
            -1_003,
            "Way too many requests; IP banned until \(bannedUntil.milliseconds). "
                + "Please use the websocket for live updates to avoid bans.",
            status: 418, retryAfter: max(1, (left + 999_999_999) / 1_000_000_000))
    }
}

/// New and amended orders of one account.
struct OrderLimiter: Sendable {
    private(set) var minute = WindowCounter(.minutes(1))
    private(set) var tenSeconds = WindowCounter(.seconds(10))

    mutating func admit(_ orders: Int64, _ limits: AsterLimits, at now: Instant) throws(AsterError) {
        minute.roll(to: now)
        tenSeconds.roll(to: now)
        if tenSeconds.count + orders > limits.ordersPerTenSeconds {
            throw Self.exceeded(limits.ordersPerTenSeconds, "10 SECOND")
        }
        if minute.count + orders > limits.ordersPerMinute { throw Self.exceeded(limits.ordersPerMinute, "1 MINUTE") }
        minute.add(orders, at: now)
        tenSeconds.add(orders, at: now)
    }

    private static func exceeded(_ limit: Int64, _ period: String) -> AsterError {
        AsterError(-1_015, "Too many new orders; current limit is \(limit) orders per \(period).", status: 429)
    }
}

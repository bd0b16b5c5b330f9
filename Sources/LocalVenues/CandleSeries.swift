internal import Fundamentals
internal import MarketModel

/// Whose prices a candle is made of.
enum CandleSource: Sendable { case last, mark, index }

/// Open, high, low, close and volume of one interval.
struct Candle: Hashable, Sendable {
    var openTime: Instant
    var open: ExactDecimal
    var high: ExactDecimal
    var low: ExactDecimal
    var close: ExactDecimal
    var volume = Quantity.zero
    var value = Cash.zero
    var takerBuyVolume = Quantity.zero
    var takerBuyValue = Cash.zero
    var trades: Int64 = 0
    var firstTrade: Int64 = -1
    var lastTrade: Int64 = -1

    init(openTime: Instant, price: ExactDecimal) {
        self.openTime = openTime
        open = price
        high = price
        low = price
        close = price
    }

    mutating func join(_ later: Candle) {
        if high.isBelow(later.high) { high = later.high }
        if later.low.isBelow(low) { low = later.low }
        close = later.close
        volume += later.volume
        value += later.value
        takerBuyVolume += later.takerBuyVolume
        takerBuyValue += later.takerBuyValue
        if firstTrade < 0 { firstTrade = later.firstTrade }
        if later.lastTrade >= 0 { lastTrade = later.lastTrade }
        trades += later.trades
    }
}

extension ExactDecimal {
    /// Whether this number is smaller; for prices, whose scales are small.
    func isBelow(_ other: ExactDecimal) -> Bool {
        let scale = max(self.scale, other.scale)
        guard let a = units(atScale: scale), let b = other.units(atScale: scale) else { return false }
        return a < b
    }
}

/// The minutes of a market's last week; longer intervals are put together from them when asked for.
struct CandleSeries: Sendable {
    private var history = RecentList<Candle>(capacity: 10_080)

    private var minutes: [Candle] { history.elements }

    mutating func record(
        _ price: ExactDecimal, quantity: Quantity, value: Cash, isTakerBuy: Bool, id: Int64, at now: Instant
    ) {
        var candle = Candle(openTime: now, price: price)
        candle.volume = quantity
        candle.value = value
        if isTakerBuy {
            candle.takerBuyVolume = quantity
            candle.takerBuyValue = value
        }
        candle.trades = 1
        candle.firstTrade = id
        candle.lastTrade = id
        join(candle, at: now)
    }

    /// A price without a trade: marks and indices.
    mutating func record(_ price: ExactDecimal, at now: Instant) {
        join(Candle(openTime: now, price: price), at: now)
    }

    private mutating func join(_ candle: Candle, at now: Instant) {
        let minute = CandleInterval.oneMinute.open(at: now)
        guard var last = minutes.last else {
            var first = candle
            first.openTime = minute
            history.append(first)
            return
        }
        if last.openTime >= minute {
            last.join(candle)
            history.replaceLast(last)
            return
        }
        fill(until: minute)
        var next = Candle(openTime: minute, price: minutes.last?.close ?? candle.open)
        next.open = candle.open
        next.high = candle.high
        next.low = candle.low
        next.join(candle)
        history.append(next)
    }

    /// Adds the minutes without an event before `minute`, flat at the last close.
    private mutating func fill(until minute: Instant) {
        guard let last = minutes.last else { return }
        var time = max(last.openTime + .minutes(1), minute - .minutes(Int64(history.capacity)))
        while time < minute {
            history.append(Candle(openTime: time, price: last.close))
            time = time + .minutes(1)
        }
    }

    /// Candles of `interval` up to the one that holds `now`, oldest first.
    func candles(_ interval: CandleInterval, at now: Instant) -> [Candle] {
        var series = self
        let minute = CandleInterval.oneMinute.open(at: now)
        if let last = minutes.last, last.openTime < minute {
            series.fill(until: minute)
            series.history.append(Candle(openTime: minute, price: last.close))
        }
        guard interval != .oneMinute else { return series.minutes }
        var result: [Candle] = []
        for minute in series.minutes {
            let open = interval.open(at: minute.openTime)
            if let last = result.last, last.openTime == open {
                result[result.count - 1].join(minute)
            } else {
                var first = minute
                first.openTime = open
                result.append(first)
            }
        }
        return result
    }

    /// The candle of `interval` that began at `open`, without building the series.
    func candle(_ interval: CandleInterval, openedAt open: Instant) -> Candle? {
        var result: Candle?
        var index = minutes.count - 1
        let end = interval.close(openedAt: open)
        while index >= 0, minutes[index].openTime >= open {
            if minutes[index].openTime < end {
                var joined = minutes[index]
                if let later = result { joined.join(later) }
                result = joined
            }
            index -= 1
        }
        if var found = result {
            found.openTime = open
            return found
        }
        return index >= 0 ? Candle(openTime: open, price: minutes[index].close) : nil
    }

    /// The last 24 hours, to the minute, as one candle.
    func day(at now: Instant) -> Candle? { since(CandleInterval.oneMinute.open(at: now) - .minutes(1_439)) }

    /// Everything from a minute on, as one candle; flat at the last price where nothing traded since.
    func since(_ start: Instant) -> Candle? {
        var result: Candle?
        var index = minutes.count - 1
        while index >= 0, minutes[index].openTime >= start {
            var joined = minutes[index]
            if let later = result { joined.join(later) }
            result = joined
            index -= 1
        }
        if let result { return result }
        return minutes.last.map { Candle(openTime: start, price: $0.close) }
    }
}

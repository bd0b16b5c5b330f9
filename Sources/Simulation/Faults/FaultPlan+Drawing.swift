internal import Fundamentals

extension FaultPlan {
    /// A plan from a seed. Which kinds of faults exist at all is drawn first, so that worlds differ in kind and not only
    /// in degree.
    static func draw(_ random: inout RandomSource, venue: SimulatedVenue = .aster) -> FaultPlan {
        var plan = FaultPlan(venue: venue)
        for kind in venue.chances {
            guard let range = kind.range else { continue }
            if random.chance(2, in: 5) { plan[kind] = random.integer(in: range) }
        }
        plan.drawProcess(&random)
        plan.drawNetwork(&random)
        switch venue {
        case .aster: plan.drawAster(&random)
        case .extended: plan.drawExtended(&random)
        }
        return plan
    }

    private mutating func drawProcess(_ random: inout RandomSource) {
        usesWallet = random.chance(1, in: 2)
        if !random.chance(2, in: 3) { markets[0].bot = venue == .aster ? .cycle : .percentSpread }
        orderSize = random.integer(in: 8...32)
        if random.chance(1, in: 2) {
            let first = Crash(
                after: .milliseconds(random.integer(in: 1_000...60_000)), downtime: Self.downtime(&random))
            crashes.append(first)
            // While the second life is still starting, or later on.
            let gap = random.chance(1, in: 2) ? random.integer(in: 20...2_000) : random.integer(in: 5_000...25_000)
            if random.chance(1, in: 3) {
                let after = first.after + first.downtime + .milliseconds(gap)
                crashes.append(Crash(after: after, downtime: .milliseconds(random.integer(in: 200...8_000))))
            }
        }
        if random.chance(1, in: 4) { fundingAfter = .milliseconds(random.integer(in: 20_000...140_000)) }
    }

    /// Short, or longer than the dead man's switch and everything that was under way.
    private static func downtime(_ random: inout RandomSource) -> TimeSpan {
        .milliseconds(random.chance(1, in: 2) ? random.integer(in: 100...8_000) : random.integer(in: 27_000...40_000))
    }

    private mutating func drawNetwork(_ random: inout RandomSource) {
        if random.chance(1, in: 3) {
            latency = .milliseconds(random.integer(in: 1...150))
            jitter = .milliseconds(random.integer(in: 0...200))
        }
        if random.chance(1, in: 3) { streamLag = .milliseconds(random.integer(in: 1...400)) }
        if random.chance(1, in: 3) { replyLag = .milliseconds(random.integer(in: 1...400)) }
        if random.chance(1, in: 2) { clockSkew = .milliseconds(random.integer(in: -500...500)) }
        if random.chance(1, in: 4) {
            // Not so far that a process which starts later must refuse to run.
            let target = TimeSpan.milliseconds(random.integer(in: -900...900))
            clockStep = (.milliseconds(random.integer(in: 5_000...140_000)), target - clockSkew)
        }
        hasTightLimits = random.chance(1, in: 4)
    }

    private mutating func drawAster(_ random: inout RandomSource) {
        if random.chance(1, in: 4) { listenKeyLife = .seconds(random.integer(in: 20...70)) }
        if random.chance(1, in: 4) { connectionLife = .seconds(random.integer(in: 20...70)) }
    }

    /// One to three markets, each with a model of its own.
    private mutating func drawExtended(_ random: inout RandomSource) {
        let symbols = ["BTC-USD", "ETH-USD", "SOL-USD", "BNB-USD"]
        let first = Int(random.integer(in: 0...3))
        let count = Int(random.integer(in: 1...3))
        let bot = markets[0].bot
        markets = (0..<count).map { index in
            let other: Bot = random.chance(1, in: 2) ? .inventorySkew : .percentSpread
            return Market(symbols[(first + index) % symbols.count], index == 0 ? bot : other)
        }
        // BTC-USD takes no order below 8.4 USD, and a model may make its quotes smaller than told.
        orderSize = max(14, orderSize)
        if random.chance(1, in: 2) { makerFee = random.integer(in: 1...20_000) }
        if random.chance(1, in: 2) { matchingDelay = .milliseconds(random.integer(in: 0...80)) }
        if random.chance(1, in: 4) {
            maintenance = Maintenance(
                after: .milliseconds(random.integer(in: 10_000...110_000)),
                length: .milliseconds(random.integer(in: 1_000...20_000)))
        }
        // A life that begins does not know what the one before has asked for in the same minute, and the venue does not
        // tell.
        if !crashes.isEmpty { hasTightLimits = false }
    }
}

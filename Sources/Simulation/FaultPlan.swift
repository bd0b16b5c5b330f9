public import Fundamentals

/// The faults of one world, drawn from its seed. Which kinds exist at all is drawn first, so that worlds differ in kind
/// and not only in degree.
public struct FaultPlan: Hashable, Sendable {
    /// A chance of `numerator` in 10,000 each time there is an occasion.
    public struct Odds: Hashable, Sendable {
        public var numerator: Int64

        public static let never = Odds(numerator: 0)
        public static let outOf: Int64 = 10_000

        func happens(_ random: inout RandomSource) -> Bool { random.chance(numerator, in: Odds.outOf) }
    }

    // On the network.
    public var requestLost = Odds.never
    public var replyLost = Odds.never
    public var replyLate = Odds.never
    public var connectionRefused = Odds.never
    public var streamDropped = Odds.never

    // At the venue, after it has read the request or before it sends an event.
    public var errorAfterAccept = Odds.never
    public var rateLimited = Odds.never
    public var badGateway = Odds.never
    public var userEventDropped = Odds.never
    public var userEventDuplicated = Odds.never
    public var userEventReordered = Odds.never
    public var depthGap = Odds.never

    /// The process dies this long after the start, and is started again after `downtime`; nil for a life without.
    public var crashAfter: TimeSpan?
    public var downtime = TimeSpan.zero

    /// Signs as the legacy API (HMAC) or as the current one (wallet).
    public var usesWallet = false

    /// The shape of a day without any fault.
    public static let calm = FaultPlan()

    public static func draw(_ random: inout RandomSource) -> FaultPlan {
        var plan = FaultPlan()
        func odds(_ range: ClosedRange<Int64>) -> Odds {
            random.chance(1, in: 2) ? Odds(numerator: random.integer(in: range)) : .never
        }
        plan.requestLost = odds(10...300)
        plan.replyLost = odds(10...300)
        plan.replyLate = odds(10...300)
        plan.connectionRefused = odds(10...200)
        plan.streamDropped = odds(1...8)
        plan.errorAfterAccept = odds(10...400)
        plan.rateLimited = odds(5...60)
        plan.badGateway = odds(10...200)
        plan.userEventDropped = odds(20...800)
        plan.userEventDuplicated = odds(20...1_500)
        plan.userEventReordered = odds(20...1_000)
        plan.depthGap = odds(5...60)
        plan.usesWallet = random.chance(1, in: 2)
        if random.chance(1, in: 2) {
            plan.crashAfter = .milliseconds(random.integer(in: 12_000...50_000))
            plan.downtime = .milliseconds(random.integer(in: 200...50_000))
        }
        return plan
    }
}

extension FaultPlan: CustomStringConvertible {
    /// Only what is there: `reply lost 1.20 %, user event dropped 4.00 %, crash at 23.4 s for 3.1 s, wallet`.
    public var description: String {
        var parts = kinds.filter { $0.odds.numerator > 0 }.map { "\($0.name) \(Self.percent($0.odds))" }
        if let crashAfter {
            parts.append("crash at \(Self.seconds(crashAfter)) for \(Self.seconds(downtime))")
        }
        parts.append(usesWallet ? "wallet" : "hmac")
        return parts.joined(separator: ", ")
    }

    private var kinds: [(name: String, odds: Odds)] {
        [
            ("request lost", requestLost), ("reply lost", replyLost), ("reply late", replyLate),
            ("connection refused", connectionRefused), ("stream dropped", streamDropped),
            ("error after accept", errorAfterAccept), ("rate limited", rateLimited), ("bad gateway", badGateway),
            ("user event dropped", userEventDropped), ("user event duplicated", userEventDuplicated),
            ("user event reordered", userEventReordered), ("depth gap", depthGap),
        ]
    }

    private static func percent(_ odds: Odds) -> String {
        let fraction = odds.numerator % 100
        return "\(odds.numerator / 100).\(fraction < 10 ? "0" : "")\(fraction) %"
    }

    private static func seconds(_ span: TimeSpan) -> String {
        "\(span.milliseconds / 1_000).\(span.milliseconds % 1_000 / 100) s"
    }
}

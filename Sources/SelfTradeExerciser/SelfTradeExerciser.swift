internal import Cryptography
public import Fundamentals
internal import LocalVenues
public import MarketModel
public import VenueKit
public import Wire

/// Makes an account trade with itself on a local exchange: a load for matching engines, and a test of their self-trade
/// prevention. A value without IO; `ExerciseRunner` gives it sockets.
///
/// Each round: look at the book, place a buy and a sell that meet, cancel both, see what became of them. It begins and
/// ends with nothing of the account resting. Before anything else it makes the venue prove that it is a local exchange, and
/// stops at the first answer that does not say so.
public struct SelfTradeExerciser: Sendable {
    public enum Command: Hashable, Sendable {
        case request(UInt64, HTTPRequest)
        case ended
    }

    enum Phase: Hashable, Sendable {
        case proving(challenge: String)
        case learning
        /// Cancels all that rests; `attempts` so far.
        case sweeping(attempts: Int)
        case waiting
        case looking
        case placing
        case cleaning
        case counting
        case ended
    }

    static let market = MarketID(0)
    /// A sweep that does not come to an end by then has failed.
    static let sweepAttempts = 8
    /// From a cancel to the next look at what rests.
    static let sweepPause = TimeSpan.milliseconds(200)

    let settings: ExerciseSettings
    var adapter: any VenueAdapter
    var random: RandomSource
    var phase = Phase.waiting
    var report = ExerciseReport()
    /// The rules of the market, once told.
    public internal(set) var instrument: Instrument?

    /// Calls under way: the number of each request. Few at a time.
    var calls: [(id: UInt64, call: VenueCall, sentAt: Instant)] = []
    private var lastID: UInt64 = 0
    var output = AdapterOutput()

    var startedAt = Instant.distantPast
    /// When a round may begin next.
    var nextRound = Instant.distantPast
    var roundStart = Instant.distantPast
    /// When a sweep looks again, after its cancels.
    var nextLook: Instant?
    /// Volume of the reference since the last round.
    var volume = Cash.zero
    /// When orders were placed, the last minute's.
    var placedAt: [Instant] = []
    var sequence: UInt32 = 0
    /// Orders of this round.
    var pair: [OrderPlacement] = []
    /// Those of them that prevention ended.
    var prevented: [ClientOrderID] = []
    /// What rests, by the sweep's last look.
    var resting: [CancelTarget] = []
    var seen: [SeenFill] = []
    /// Why it is ending; the last sweep is under way.
    var ending: ExerciseEnding?

    struct SeenFill: Hashable, Sendable {
        var trade: TradeID
        var order: VenueOrderID
        var side: Side
    }

    /// - Parameter adapter: of a venue with one market, `MarketID(0)`, and the account's keys.
    public init(_ settings: ExerciseSettings, _ adapter: any VenueAdapter) {
        self.settings = settings
        self.adapter = adapter
        random = RandomSource(seed: settings.seed)
        report.symbol = adapter.markets.first?.symbol ?? ""
    }

    /// Nil until it has ended.
    public var result: ExerciseReport? { phase == .ended ? report : nil }

    // MARK: Inputs

    public mutating func start(at now: Instant, into commands: inout [Command]) {
        startedAt = now
        let challenge = Hex.encode((0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        phase = .proving(challenge: challenge)
        lastID += 1
        commands.append(
            .request(lastID, HTTPRequest(method: .get, target: "\(VenueProof.path)?challenge=\(challenge)")))
    }

    /// Somebody traded on the reference.
    public mutating func referenceTraded(_ quantity: ExactDecimal) {
        guard let amount = Cash(quantity), amount > .zero, amount < Cash(whole: 1_000_000_000) else { return }
        volume += amount
    }

    /// A person wants it to end.
    public mutating func stop(at now: Instant, into commands: inout [Command]) {
        end(.asked, at: now, into: &commands)
    }

    /// Time passed; at least ten times a second.
    public mutating func tick(at now: Instant, into commands: inout [Command]) {
        if now - startedAt >= settings.caps.duration { end(.duration, at: now, into: &commands) }
        if case .sweeping(let attempts) = phase, let due = nextLook, now >= due {
            nextLook = nil
            return look(attempts, at: now, into: &commands)
        }
        guard phase == .waiting, calls.isEmpty else { return }
        if ending != nil { return sweep(at: now, into: &commands) }
        guard now >= nextRound, isTriggered, hasRoom(at: now) else { return }
        roundStart = now
        volume = .zero
        phase = .looking
        ask(.book(Self.market), at: now, into: &commands)
    }

    public mutating func receive(
        _ response: HTTPResponse, to id: UInt64, at now: Instant, into commands: inout [Command]
    ) {
        if case .proving(let challenge) = phase {
            guard let venue = VenueProof.venue(provenBy: response, challenge: challenge) else {
                return fail(.refused(.notAnApusVenue("what answers there")), into: &commands)
            }
            report.venue = venue
            phase = .learning
            return ask(.rules, at: now, into: &commands)
        }
        guard let index = calls.firstIndex(where: { $0.id == id }) else { return }
        let entry = calls.remove(at: index)
        guard response.headers[VenueIdentity.header] == report.venue else {
            return fail(.refused(.notAnApusVenue("an answer to \(entry.call.words)")), into: &commands)
        }
        let verdict = adapter.read(response, to: entry.call, sentAt: entry.sentAt, at: now, into: &output)
        let read = output
        output = AdapterOutput()
        take(read.events)
        answered(entry.call, verdict, read, sentAt: entry.sentAt, at: now, into: &commands)
    }

    /// No answer came.
    public mutating func failed(_ id: UInt64, _ reason: String, at now: Instant, into commands: inout [Command]) {
        if case .proving = phase { return fail(.venue("the venue cannot be reached: \(reason)"), into: &commands) }
        guard let index = calls.firstIndex(where: { $0.id == id }) else { return }
        let entry = calls.remove(at: index)
        lost(entry.call, reason, at: now, into: &commands)
    }

    // MARK: Calls

    mutating func ask(_ call: VenueCall, at now: Instant, into commands: inout [Command]) {
        guard let request = adapter.request(call, at: now) else {
            return lost(call, "the venue has no such call", at: now, into: &commands)
        }
        lastID += 1
        calls.append((lastID, call, now))
        commands.append(.request(lastID, request))
    }

    /// Stops at once: whoever answers is not what it must be, or cannot be worked with.
    mutating func fail(_ error: ExerciseError, into commands: inout [Command]) {
        guard phase != .ended else { return }
        calls = []
        phase = .ended
        report.ending = .failed(error)
        commands.append(.ended)
    }

    /// Ends with a last sweep.
    mutating func end(_ reason: ExerciseEnding, at now: Instant, into commands: inout [Command]) {
        guard phase != .ended, ending == nil else { return }
        ending = reason
        // Without rules nothing was placed yet.
        guard instrument != nil else {
            report.ending = reason
            phase = .ended
            return commands.append(.ended)
        }
        if phase == .waiting, calls.isEmpty { sweep(at: now, into: &commands) }
    }

    private var isTriggered: Bool {
        guard let threshold = settings.volume.flatMap({ Cash($0) }) else { return true }
        return volume >= threshold
    }

    private mutating func hasRoom(at now: Instant) -> Bool {
        placedAt.removeAll { now - $0 >= .minutes(1) }
        return placedAt.count + 2 <= settings.caps.ordersPerMinute
    }
}

extension VenueCall {
    var words: String {
        switch self {
        case .time: "the time"
        case .rules: "the rules"
        case .accountMode: "the account's mode"
        case .book: "the book"
        case .balances: "the balances"
        case .openOrders: "the open orders"
        case .fills: "the fills"
        case .order: "an order"
        case .place: "a placement"
        case .cancel: "a cancel"
        case .cancelAll: "a cancel of everything"
        case .streamKey: "a stream key"
        case .countdown: "the countdown"
        }
    }
}

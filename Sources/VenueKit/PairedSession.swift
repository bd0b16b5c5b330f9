public import Fundamentals
public import MarketModel
internal import RiskControl

/// Two venues as one session: the target, which is quoted on, and the reference, whose book is watched and on which fills
/// may be hedged. Requests go where their market is; what comes back says of which venue it is.
///
/// Ids of requests and streams are doubled, and the reference's are odd: a transport routes by their lowest bit.
public struct PairedSession<Target: VenueSession, Reference: VenueSession>: VenueSession {
    public private(set) var target: Target
    public private(set) var reference: Reference
    private let referenceMarkets: [MarketID]
    /// What both must have said before it is told.
    private var isReady = (target: false, reference: false)
    private var isClosed = (target: false, reference: false)
    // Reused from call to call.
    private var inbox = SessionOutput()
    private var requests: (target: [SessionRequest], reference: [SessionRequest]) = ([], [])

    /// - Parameter referenceMarkets: the markets of the reference; all others are the target's.
    public init(target: Target, reference: Reference, referenceMarkets: [MarketID]) {
        self.target = target
        self.reference = reference
        self.referenceMarkets = referenceMarkets
    }

    // MARK: Contract

    public mutating func start(at now: Instant, into output: inout SessionOutput) {
        target.start(at: now, into: &inbox)
        drain(isReference: false, into: &output)
        reference.start(at: now, into: &inbox)
        drain(isReference: true, into: &output)
    }

    public mutating func receive(_ event: TransportEvent, at now: Instant, into output: inout SessionOutput) {
        if event.isReference {
            reference.receive(event.unpaired, at: now, into: &inbox)
        } else {
            target.receive(event.unpaired, at: now, into: &inbox)
        }
        drain(isReference: event.isReference, into: &output)
    }

    public mutating func perform(_ request: SessionRequest, at now: Instant, into output: inout SessionOutput) {
        perform(all: [request], at: now, into: &output)
    }

    public mutating func perform(all requests: [SessionRequest], at now: Instant, into output: inout SessionOutput) {
        for request in requests {
            switch market(of: request) {
            case .some(let market) where referenceMarkets.contains(market): self.requests.reference.append(request)
            case .some: self.requests.target.append(request)
            case nil:
                self.requests.target.append(request)
                self.requests.reference.append(request)
            }
        }
        if !self.requests.target.isEmpty {
            target.perform(all: self.requests.target, at: now, into: &inbox)
            self.requests.target.removeAll(keepingCapacity: true)
            drain(isReference: false, into: &output)
        }
        if !self.requests.reference.isEmpty {
            reference.perform(all: self.requests.reference, at: now, into: &inbox)
            self.requests.reference.removeAll(keepingCapacity: true)
            drain(isReference: true, into: &output)
        }
    }

    public mutating func tick(at now: Instant, into output: inout SessionOutput) {
        target.tick(at: now, into: &inbox)
        drain(isReference: false, into: &output)
        reference.tick(at: now, into: &inbox)
        drain(isReference: true, into: &output)
    }

    /// The target's, with what there is to tell of the reference beside it.
    public func health(at now: Instant) -> SessionHealth {
        var health = target.health(at: now)
        let other = reference.health(at: now)
        health.referenceUsedWeight = other.usedWeight
        health.referenceWeightLimit = other.weightLimit
        health.referenceMedianRoundTrip = other.medianRoundTrip
        health.referenceSlowRoundTrip = other.slowRoundTrip
        health.referenceClockOffset = other.clockOffset
        health.referenceMarketStreamAge = other.marketStreamAge
        health.referencePrivateStreamAge = other.privateStreamAge
        return health
    }

    // MARK: Routing

    /// Nil for what concerns both.
    private func market(of request: SessionRequest) -> MarketID? {
        switch request {
        case .send(let approved): approved.action.market
        case .query(_, let market), .fetchFills(let market): market
        case .shutDown: nil
        }
    }

    /// Hands on what one of the two said.
    private mutating func drain(isReference: Bool, into output: inout SessionOutput) {
        for command in inbox.commands { output.commands.append(command.paired(isReference: isReference)) }
        output.notes.append(contentsOf: inbox.notes)
        for event in inbox.events {
            switch event {
            case .market, .account: output.events.append(event)
            case .status(let status, _): tell(status, isReference: isReference, into: &output)
            }
        }
        inbox.removeAll()
    }

    private mutating func tell(_ status: VenueStatus, isReference: Bool, into output: inout SessionOutput) {
        switch status {
        case .ready:
            if isReference { isReady.reference = true } else { isReady.target = true }
            if isReady == (true, true) { tellBoth(.ready, into: &output) }
        case .closed:
            if isReference { isClosed.reference = true } else { isClosed.target = true }
            if isClosed == (true, true) { tellBoth(.closed, into: &output) }
        case .instrument, .privateStreamDown, .privateStreamUp, .throttled, .deadMansSwitch, .fatal, .roundTrip:
            output.events.append(.status(status, of: isReference ? .reference : .target))
        }
    }

    /// The reference first: once the target is ready, quoting begins.
    private func tellBoth(_ status: VenueStatus, into output: inout SessionOutput) {
        output.events.append(.status(status, of: .reference))
        output.events.append(.status(status, of: .target))
    }
}

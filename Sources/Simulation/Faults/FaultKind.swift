/// Every way in which a world can go wrong. Each is counted, so that one that never happens is noticed.
public enum FaultKind: String, Hashable, Sendable, CaseIterable {
    // On the network.
    case requestLost = "request lost"
    /// The request arrives seconds after it left, perhaps after its sender gave it up.
    case requestLate = "request late"
    case replyLost = "reply lost"
    case replyLate = "reply late"
    case connectionRefused = "connection refused"
    case streamBroken = "stream broken"
    /// A frame is held up, and all that follow it.
    case streamStalled = "stream stalled"

    // At the venue.
    case errorAfterAccept = "error after accept"
    case rateLimited = "rate limited"
    case banned = "banned"
    case badGateway = "bad gateway"
    case errorWithStatus200 = "error with 200"
    case positionRiskUnknown = "position unknown"
    case nonceExpired = "nonce expired"
    /// A success without a body.
    case emptyBody = "empty body"
    /// Ids are texts in one reply or frame.
    case textIDs = "ids as text"
    /// The engine works, and the account stream tells, before the reply leaves.
    case streamBeatsReply = "stream beats reply"
    /// A replacement that was accepted fails in the engine: both orders are gone.
    case editFailsAtEngine = "edit fails at engine"
    case userEventDropped = "user event dropped"
    case userEventDuplicated = "user event duplicated"
    case userEventReordered = "user event reordered"
    case depthGap = "depth gap"
    case depthDuplicated = "depth duplicated"
    case depthReordered = "depth reordered"
    case marketSilence = "market silence"
    case userSilence = "user silence"
    /// The venue cuts a stream.
    case streamCut = "stream cut"

    // Once, or by the clock.
    case crash
    case clockStep = "clock step"
    case funding
    case listenKeyExpired = "listen key expired"
    case connectionTooOld = "connection too old"
    /// The venue takes no orders for a while, and cuts all streams as that begins.
    case maintenance
    /// The dead man's switch cleared the account, which nobody was left to do.
    case switchFired = "switch fired"
    /// What a replacement was to replace had filled, in part or whole, when it arrived.
    case editRace = "edit race"

    /// Of the faults that strike by chance: the range of odds that a seed draws from, in 10,000. Nil for the others.
    var range: ClosedRange<Int64>? {
        switch self {
        case .requestLost, .requestLate, .replyLost, .replyLate: 10...300
        case .connectionRefused, .badGateway: 10...200
        case .streamBroken, .marketSilence: 1...8
        case .streamStalled: 1...30
        case .errorAfterAccept: 10...400
        // Of the refusals only, which are rare.
        case .errorWithStatus200: 1_000...8_000
        case .rateLimited, .depthGap: 5...60
        case .banned: 10...60
        case .positionRiskUnknown: 100...2_000
        case .nonceExpired: 5...100
        case .emptyBody, .streamBeatsReply: 20...500
        case .textIDs: 50...2_000
        case .editFailsAtEngine: 50...1_000
        case .depthDuplicated, .depthReordered: 5...100
        case .streamCut: 1...10
        case .userEventDropped: 20...800
        case .userEventDuplicated: 20...1_500
        case .userEventReordered: 20...1_000
        case .userSilence: 20...200
        case .crash, .clockStep, .funding, .listenKeyExpired, .connectionTooOld, .maintenance, .switchFired, .editRace:
            nil
        }
    }
}

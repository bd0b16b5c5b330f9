internal import LocalVenues

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
    case userEventDropped = "user event dropped"
    case userEventDuplicated = "user event duplicated"
    case userEventReordered = "user event reordered"
    case depthGap = "depth gap"
    case marketSilence = "market silence"
    case userSilence = "user silence"

    // Once, or by the clock.
    case crash
    case clockStep = "clock step"
    case funding
    case listenKeyExpired = "listen key expired"
    case connectionTooOld = "connection too old"

    /// How the local venue calls it; nil for what happens elsewhere.
    var atVenue: LocalVenues.AsterFault? {
        switch self {
        case .errorAfterAccept: .unavailableAfterExecution
        case .rateLimited: .rateLimited
        case .banned: .banned
        case .badGateway: .htmlBadGateway
        case .errorWithStatus200: .errorWithStatus200
        case .positionRiskUnknown: .positionRiskUnknown
        case .nonceExpired: .nonceExpired
        case .userEventDropped: .userEventDropped
        case .userEventDuplicated: .userEventDuplicated
        case .userEventReordered: .userEventDelayed
        case .depthGap: .depthGap
        case .marketSilence: .marketSilence
        case .userSilence: .userSilence
        case .requestLost, .requestLate, .replyLost, .replyLate, .connectionRefused, .streamBroken, .streamStalled,
            .crash, .clockStep, .funding, .listenKeyExpired, .connectionTooOld:
            nil
        }
    }

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
        case .userEventDropped: 20...800
        case .userEventDuplicated: 20...1_500
        case .userEventReordered: 20...1_000
        case .userSilence: 20...200
        case .crash, .clockStep, .funding, .listenKeyExpired, .connectionTooOld: nil
        }
    }
}

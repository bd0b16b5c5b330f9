internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import VenueExtended
internal import VenueKit
internal import Wire

/// What fails at a simulated Extended, and how its books are read.
extension ExtendedWorld {
    private static func fault(_ kind: FaultKind) -> LocalVenues.ExtendedFault? {
        switch kind {
        case .errorAfterAccept: .errorAfterAcceptance
        case .rateLimited: .rateLimited
        case .badGateway: .htmlBadGateway
        case .errorWithStatus200: .errorWithStatus200
        case .emptyBody: .emptyBody
        case .textIDs: .textIDs
        case .streamBeatsReply: .streamBeatsReply
        case .editFailsAtEngine: .editFailsAtEngine
        case .userEventDropped: .accountEventDropped
        case .userEventDuplicated: .accountEventDuplicated
        case .userEventReordered: .accountEventDelayed
        case .depthGap: .bookGap
        case .depthDuplicated: .bookDuplicated
        case .depthReordered: .bookReordered
        case .marketSilence: .marketSilence
        case .userSilence: .accountSilence
        case .streamCut: .disconnect
        case .requestLost, .requestLate, .replyLost, .replyLate, .connectionRefused, .streamBroken, .streamStalled,
            .banned, .positionRiskUnknown, .nonceExpired, .crash, .clockStep, .funding, .listenKeyExpired,
            .connectionTooOld, .maintenance, .switchFired, .editRace:
            nil
        }
    }

    static func chaos(_ plan: FaultPlan) -> ExtendedChaos {
        var chaos = ExtendedChaos()
        for kind in FaultKind.allCases {
            if let fault = fault(kind), plan[kind] > 0 { chaos.set(fault, chance: plan[kind], in: FaultPlan.outOf) }
        }
        chaos.silence = .seconds(12)
        return chaos
    }

    static func calm(_ server: inout ExtendedServer) {
        var calm = ExtendedChaos()
        calm.clockSkew = server.chaos.clockSkew
        server.chaos = calm
        server.mode = .normal
    }

    static func clockSkew(_ server: ExtendedServer) -> TimeSpan { server.chaos.clockSkew }
    static func setClockSkew(_ skew: TimeSpan, of server: inout ExtendedServer) { server.chaos.clockSkew = skew }
    static func setMaintenance(_ isOn: Bool, of server: inout ExtendedServer) {
        server.mode = isOn ? .maintenance : .normal
    }

    static func strikes(_ kind: FaultKind, of server: ExtendedServer) -> Int? {
        if kind == .switchFired { return Int(server.deadMansSwitch(ofAccount: 0).firings) }
        return fault(kind).map { server.strikes(of: $0) }
    }

    // MARK: Auditing

    static func books(_ server: ExtendedServer) -> ExtendedBooks { ExtendedBooks(server, account: 0) }

    static func markets(heardOn target: String, _ plan: FaultPlan) -> [MarketID] {
        plan.markets.indices.filter { target == ExtendedPath.bookStream(plan.markets[$0].symbol) }.map { MarketID($0) }
    }

    /// Read from the request itself: the session makes new names for the orders that the engine amends.
    static func orders(
        in request: HTTPRequest, _ bytes: [UInt8], approved: [InFlightOrders.Entry], _ plan: FaultPlan
    ) -> [InFlightOrders.Entry] {
        guard request.method == .post, request.path == ExtendedPath.order else { return [] }
        let body: JSONValue
        do throws(WireError) { body = try JSONValue.parse(request.body) } catch { return [] }
        guard body["reduceOnly"]?.boolean != true, let name = body["id"]?.text,
            let index = plan.markets.firstIndex(where: { $0.symbol == body["market"]?.text }),
            let size = body["qty"]?.numeral.flatMap({ ExactDecimal($0) }),
            let quantity = definitions(plan)[index].instrument.quantity(size)
        else { return [] }
        let old = body["cancelId"]?.text
        return [
            InFlightOrders.Entry(
                name: name, market: MarketID(index), side: body["side"]?.text == "BUY" ? .buy : .sell,
                quantity: quantity, kind: old.map { .replacement(of: $0) } ?? .new)
        ]
    }

    static func usedWeight(_ response: HTTPResponse, _ server: ExtendedServer) -> (used: Int64?, limit: Int64) {
        (nil, server.configuration.limits.requestsPerMinute)
    }

    static let fatalReplies: [(text: String, meaning: String)] = [
        (#""code":1100"#, "refused a signature"), (#""code":1101"#, "refused a signature"),
        (#""code":1102"#, "refused a signature"), (#""code":1134"#, "was sent an order twice"),
        (#""code":1128"#, "refused a fee"), (#""code":1135"#, "refused an expiry"),
        (#""code":401"#, "does not know the account"),
    ]

    /// Every reply is dated, and nothing else tells the venue's time.
    static func addHeaders(to response: inout HTTPResponse, at venueTime: Instant) {
        response.headers.append("date", HTTPDate.text(venueTime))
    }
}

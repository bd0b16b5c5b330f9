internal import Cryptography
public import Fundamentals
internal import MarketModel
internal import VenueBitoPro
public import Wire

extension BitoProServer {
    public mutating func handle(
        _ request: HTTPRequest, token: UInt64, from peer: PeerID, address: String, at time: Instant,
        into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        let path = request.path
        if path.hasPrefix("/apus/") {
            effects.append(.reply(peer, exchange: token, named(answerLocal(request, path: path))))
            return
        }
        let label = "\(request.method.rawValue) \(path)"
        if strikes(.requestLost, label) {
            effects.append(.dropReply(peer, exchange: token))
            return
        }
        let endpoint = BitoProEndpoint.find(request.method, Self.relative(path))
        let isBatch = endpoint?.isBatch ?? false
        var response = refuseByChaos(label, isBatch: isBatch) ?? answer(request, endpoint)
        if response.status < 300, strikes(.errorAfterExecution, label) {
            response = BitoProError(500, "Internal Server Error").response
        }
        let reply = ServerEffect.reply(peer, exchange: token, named(response))
        if strikes(.replyLost, label) || (isBatch && strikes(.batchReplyLost, label)) {
            effects.append(.dropReply(peer, exchange: token))
        } else if strikes(.replyDelayed, label) {
            delayed.insert(reply, due: now + max(chaos.replyDelay, .zero))
        } else {
            effects.append(reply)
        }
        // The reply shows the order as accepted; the streams then tell what became of it.
        publishEvents(into: &effects)
    }

    /// Without the prefix, which may be left out.
    private static func relative(_ path: Substring) -> Substring {
        path.hasPrefix("\(BitoProVenue.pathPrefix)/") ? path.dropFirst(BitoProVenue.pathPrefix.count) : path
    }

    private func named(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.append(VenueIdentity.header, Self.name)
        return response
    }

    private mutating func refuseByChaos(_ label: String, isBatch: Bool) -> HTTPResponse? {
        if strikes(.htmlBadGateway, label) {
            let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
            return HTTPResponse(
                status: 502, headers: HTTPHeaders([("Content-Type", "text/html")]), body: Array(page.utf8))
        }
        if strikes(.rateLimited, label) { return BitoProError.tooMany.response }
        if isBatch, strikes(.batchRouteGone, label) { return BitoProError.notFound.response }
        if strikes(.refused, label) { return BitoProError(400, "Invalid amount: refused").response }
        return nil
    }

    // MARK: Answers

    private mutating func answer(_ request: HTTPRequest, _ endpoint: BitoProEndpoint?) -> HTTPResponse {
        var json = JSONWriter()
        do throws(BitoProError) {
            guard let endpoint else { throw .notFound }
            let parameters = try BitoProParameters(request.query)
            if endpoint.isPublic {
                try respond(endpoint, parameters, &json)
            } else {
                let account = try authenticate(request.headers, body: Self.body(request))
                try accounts[account].limiter.admit(endpoint, configuration.limits, at: now)
                try respond(endpoint, parameters, request.body, account, &json)
            }
        } catch {
            return error.response
        }
        return HTTPResponse(status: 200, headers: BitoProError.contentType, body: json.bytes)
    }

    private func respond(
        _ endpoint: BitoProEndpoint, _ parameters: BitoProParameters, _ json: inout JSONWriter
    ) throws(BitoProError) {
        switch endpoint {
        case .orderBook(let pair): try writeBook(try market(pair), parameters, &json)
        case .tradingPairs: writeTradingPairs(&json)
        case .limitationsAndFees: writeFees(&json)
        case .publicTrades(let pair): writeTrades(try market(pair), &json)
        case .tickers(let pair): try writeTickers(pair, &json)
        case .place, .placeBatch, .cancel, .cancelBatch, .cancelAll, .openOrders, .allOrders, .trades, .order, .balance:
            throw .notFound
        }
    }

    private mutating func respond(
        _ endpoint: BitoProEndpoint, _ parameters: BitoProParameters, _ body: [UInt8], _ account: Int,
        _ json: inout JSONWriter
    ) throws(BitoProError) {
        switch endpoint {
        case .place(let pair): try place(try market(pair), try Self.document(body), account, &json)
        case .placeBatch: try placeBatch(try Self.document(body), account, &json)
        case .cancel(let pair, let id): try cancel(try market(pair), id, account, &json)
        case .cancelBatch: try cancelBatch(try Self.document(body), account, &json)
        case .cancelAll(let pair): try cancelAll(pair, account, &json)
        case .openOrders: try writeOpenOrders(parameters, account, &json)
        case .allOrders(let pair): try writeAllOrders(try market(pair), parameters, account, &json)
        case .trades(let pair): try writeFills(try market(pair), parameters, account, &json)
        case .order(let pair, let id):
            let instrument = try market(pair)
            write(try order(id, instrument, account), &json)
        case .balance: writeBalance(account, &json)
        case .orderBook, .tradingPairs, .limitationsAndFees, .publicTrades, .tickers: throw .notFound
        }
    }

    static func document(_ body: [UInt8]) throws(BitoProError) -> JSONValue {
        do throws(WireError) {
            return try JSONValue.parse(body, maxDepth: 8)
        } catch {
            throw .parameter
        }
    }

    // MARK: Signatures

    /// The body that the payload must repeat; nil for a request without one.
    private static func body(_ request: HTTPRequest) -> [UInt8]? {
        switch request.method {
        case .post, .put: request.body
        case .get, .delete, .head, .options, .patch, .trace, .query: nil
        }
    }

    /// Index of the account that signed.
    func authenticate(_ headers: HTTPHeaders, body: [UInt8]?) throws(BitoProError) -> Int {
        guard let key = headers[BitoProVenue.keyHeader], let payload = headers[BitoProVenue.payloadHeader],
            let told = headers[BitoProVenue.signatureHeader],
            let index = accounts.firstIndex(where: { $0.definition.apiKey == key })
        else { throw .signature }
        let hmac = HMACSHA384(key: accounts[index].definition.apiSecret)
        let expected = hmac.hexSignature(of: Array(payload.utf8))
        guard constantTimeEqual(Array(expected.utf8), Array(told.utf8)), let signed = Base64.decode(payload) else {
            throw .signature
        }
        if let body {
            guard signed == body else { throw .signature }
            return index
        }
        let document = try Self.document(signed)
        guard let nonce = document["nonce"]?.integer else { throw .parameter }
        try checkTime(nonce)
        return index
    }

    func checkTime(_ milliseconds: Int64) throws(BitoProError) {
        let distance = milliseconds.subtractingReportingOverflow(venueTime.milliseconds)
        guard !distance.overflow, distance.partialValue.magnitude <= configuration.leeway.timeWindow.milliseconds else {
            throw .time
        }
    }
}

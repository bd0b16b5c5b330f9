internal import Cryptography
public import Fundamentals
internal import MarketModel
internal import VenueACE
public import Wire

extension ACEServer {
    public mutating func handle(
        _ request: HTTPRequest, token: UInt64, from peer: PeerID, address: String, at time: Instant,
        into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        let path = Self.path(of: request)
        if path.hasPrefix("/apus/") {
            effects.append(.reply(peer, exchange: token, named(answerLocal(request, path: path))))
            return
        }
        let label = "\(request.method.rawValue) \(path)"
        if strikes(.requestLost, label) {
            effects.append(.dropReply(peer, exchange: token))
            return
        }
        let isBatch = ACEEndpoint(rawValue: String(path))?.isPrivateAgreement ?? false
        var response = refuseByChaos(label, isBatch: isBatch) ?? answer(request, path)
        absorbEvents()
        if response.status == 200, strikes(.htmlAfterExecution, label) { response = Self.htmlPage }
        let reply = ServerEffect.reply(peer, exchange: token, named(response))
        if strikes(.replyLost, label) || (isBatch && strikes(.batchReplyLost, label)) {
            effects.append(.dropReply(peer, exchange: token))
        } else if strikes(.replyDelayed, label) {
            delayed.insert(reply, due: now + max(chaos.replyDelay, .zero))
        } else {
            effects.append(reply)
        }
    }

    /// Without the prefix, which may be left out.
    private static func path(of request: HTTPRequest) -> Substring {
        let path = request.path
        return path.hasPrefix("\(ACEVenue.pathPrefix)/") ? path.dropFirst(ACEVenue.pathPrefix.count) : path
    }

    private func named(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.append(VenueIdentity.header, Self.name)
        return response
    }

    // MARK: Chaos

    private mutating func refuseByChaos(_ label: String, isBatch: Bool) -> HTTPResponse? {
        if strikes(.htmlBadGateway, label) { return Self.htmlPage }
        if strikes(.rateLimited, label) {
            return HTTPResponse(
                status: 429, headers: HTTPHeaders([("Retry-After", "1"), ("Content-Type", "text/plain")]))
        }
        if isBatch, strikes(.batchRouteGone, label) { return Self.notFound(label) }
        if strikes(.unknownStatus, label) { return envelope(ACEError(9_999, "系統忙碌")) }
        if strikes(.refused, label) { return envelope(ACEError(2_053, "refused")) }
        return nil
    }

    static let htmlPage = HTTPResponse(
        status: 502, headers: HTTPHeaders([("Content-Type", "text/html")]),
        body: Array(
            "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>".utf8))

    static func notFound(_ path: String) -> HTTPResponse {
        var json = JSONWriter()
        json.beginObject()
        json.member("status", 404)
        json.member("error", "Not Found")
        json.member("path", path)
        json.endObject()
        return HTTPResponse(
            status: 404, headers: HTTPHeaders([("Content-Type", "application/json;charset=UTF-8")]), body: json.bytes)
    }

    // MARK: Answers

    private mutating func answer(_ request: HTTPRequest, _ path: Substring) -> HTTPResponse {
        guard let endpoint = ACEEndpoint(rawValue: String(path)),
            configuration.leeway.hasBatchRoutes || !endpoint.isPrivateAgreement
        else { return Self.notFound(String(path)) }
        guard request.method == (endpoint.isPublic ? .get : .post) else {
            return HTTPResponse(status: 405, headers: HTTPHeaders([("Allow", endpoint.isPublic ? "GET" : "POST")]))
        }
        var json = JSONWriter()
        do throws(ACEError) {
            let parameters = ACEParameters(try Self.fields(of: request))
            // The two lists are bare, everything else is wrapped.
            switch endpoint {
            case .marketPair: writeMarketPairs(&json)
            case .tradePrice: writeTradePrices(&json)
            case .orderBook, .account, .candles, .place, .cancel, .orderList, .orderStatus, .orderHistory, .tradeList,
                .placeBatch, .cancelBatch:
                json.beginObject()
                json.key("attachment")
                try respond(endpoint, parameters, &json)
                json.key("message")
                json.null()
                json.key("parameters")
                json.null()
                json.member("status", 200)
                json.endObject()
            }
        } catch {
            return envelope(error)
        }
        return clocked(json.bytes)
    }

    private mutating func respond(
        _ endpoint: ACEEndpoint, _ parameters: ACEParameters, _ json: inout JSONWriter
    ) throws(ACEError) {
        if endpoint == .orderBook { return try writeBook(parameters, &json) }
        let account = try authenticate(parameters)
        switch endpoint {
        case .account: writeAccount(account, &json)
        case .candles: try writeCandles(parameters, &json)
        case .place: try place(parameters, account, &json)
        case .cancel: try cancel(parameters, account, &json)
        case .orderList: try writeOrderList(parameters, account, &json)
        case .orderStatus: try writeOrderStatus(parameters, account, &json)
        case .orderHistory: try writeOrderHistory(parameters, account, &json)
        case .tradeList: try writeTradeList(parameters, account, &json)
        case .placeBatch: try placeBatch(parameters, account, &json)
        case .cancelBatch: try cancelBatch(parameters, account, &json)
        case .marketPair, .tradePrice, .orderBook: throw ACEError(9_996, "bad request")
        }
    }

    private func envelope(_ error: ACEError) -> HTTPResponse {
        var json = JSONWriter()
        error.write(into: &json)
        return clocked(json.bytes)
    }

    private func clocked(_ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: HTTPHeaders([
                ("Content-Type", "application/json;charset=UTF-8"),
                (ACEVenue.clockHeader, String(venueTime.milliseconds)),
            ]), body: body)
    }

    /// Query parameters of a GET, the form body of a POST.
    static func fields(of request: HTTPRequest) throws(ACEError) -> [FormFields.Field] {
        do throws(WireError) {
            guard request.method != .get else { return try FormFields.parse(request.query ?? "").fields }
            guard let text = String(validating: request.body, as: UTF8.self) else {
                throw WireError(offset: 0, reason: "the form body is not UTF-8")
            }
            return try FormFields.parse(text).fields
        } catch {
            throw ACEError(9_996, "bad request: \(error.reason)")
        }
    }

    /// Index of the account that signed.
    private func authenticate(_ parameters: ACEParameters) throws(ACEError) -> Int {
        guard let key = parameters.text("apiKey"), let told = parameters.text("signKey"),
            let stamp = try parameters.time("timeStamp"),
            let index = accounts.firstIndex(where: { $0.definition.apiKey == key })
        else { throw .signature }
        let expected = ACESigner.signature(
            of: parameters.fields.filter { $0.name != "signKey" }, secretKey: accounts[index].definition.apiSecret)
        guard constantTimeEqual(Array(expected.utf8), Array(told.utf8)) else { throw .signature }
        guard abs((stamp - venueTime).nanoseconds) <= configuration.leeway.timeWindow.nanoseconds else {
            throw ACEError(10_012, "timeStamp expired")
        }
        return index
    }
}

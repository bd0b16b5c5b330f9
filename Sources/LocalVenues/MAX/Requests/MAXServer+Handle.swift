public import Fundamentals
internal import VenueMAX
public import Wire

extension MAXServer {
    /// Answers one HTTP request.
    public mutating func handle(
        _ request: HTTPRequest, token: UInt64, from peer: PeerID, address: String, at time: Instant,
        into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        if request.path.hasPrefix("/apus/") {
            effects.append(.reply(peer, exchange: token, identified(answerLocal(request))))
            return
        }
        let label = "\(request.method.rawValue) \(request.path)"
        if strikes(.requestLost, label) {
            effects.append(.dropReply(peer, exchange: token))
            return
        }
        var response = refuseByChaos(request, label) ?? answer(request, from: address, label)
        if response.status < 300, strikes(.failedAfterExecution, label) {
            response = MAXError(MAXErrorCode.serverError, "Internal server error", status: 500).response
        }
        let reply = ServerEffect.reply(peer, exchange: token, identified(response))
        if strikes(.replyLost, label) {
            effects.append(.dropReply(peer, exchange: token))
        } else if strikes(.replyDelayed, label) {
            delay(reply, by: chaos.replyDelay)
        } else {
            effects.append(reply)
        }
        // The reply shows the order as it was taken in; the streams then tell what became of it.
        publishEvents(into: &effects)
    }

    private func identified(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.append(VenueIdentity.header, "max")
        return response
    }

    private mutating func refuseByChaos(_ request: HTTPRequest, _ label: String) -> HTTPResponse? {
        if strikes(.htmlBadGateway, label) {
            let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
            return HTTPResponse(
                status: 502, headers: HTTPHeaders([("Content-Type", "text/html")]), body: Array(page.utf8))
        }
        if strikes(.rateLimited, label) { return tooMany(until: venueTime + .seconds(2)).response }
        if request.headers["X-MAX-ACCESSKEY"] != nil, strikes(.nonceRefused, label) {
            return MAXError.unauthorized(
                MAXErrorCode.nonceOutOfTime, "The nonce is invalid. (30 seconds difference from server time)"
            ).response
        }
        return nil
    }

    private func tooMany(until: Instant) -> MAXError {
        let seconds = (until.milliseconds + 999) / 1_000
        return MAXError(429, "Too many requests", status: 429, retryAfter: seconds)
    }

    private mutating func answer(_ request: HTTPRequest, from address: String, _ label: String) -> HTTPResponse {
        do throws(MAXError) {
            guard let endpoint = MAXEndpoint.find(request.method, request.path) else { throw .noRoute }
            let parameters = try Self.parameters(of: request)
            var json = JSONWriter()
            if endpoint.isPublic {
                try countPublic(address)
                try respond(endpoint, parameters, &json)
            } else {
                let account = try authenticate(request, parameters)
                try countPrivate(account)
                try respond(endpoint, parameters, account, label, &json)
            }
            return HTTPResponse(
                status: endpoint == .place ? 201 : 200, headers: HTTPHeaders([("Content-Type", "application/json")]),
                body: json.bytes)
        } catch {
            return error.response
        }
    }

    /// Of the query for a GET, of the JSON body for others; what others have in the query counts as well.
    private static func parameters(of request: HTTPRequest) throws(MAXError) -> MAXParameters {
        let query: [FormFields.Field]
        let document: JSONValue
        do throws(WireError) {
            query = try FormFields.parse(request.query ?? "").fields
            guard request.method != .get, !request.body.isEmpty else { return MAXParameters(query) }
            document = try JSONValue.parse(request.body, maxDepth: 4)
        } catch {
            throw MAXError(MAXErrorCode.invalidParameter, "the request cannot be read: \(error.reason)")
        }
        guard document.members != nil else { throw .invalid("body") }
        let body = try MAXParameters(object: document).fields
        return MAXParameters(query.filter { field in !body.contains { $0.name == field.name } } + body)
    }

    // MARK: Limits

    private mutating func countPublic(_ address: String) throws(MAXError) {
        let index: Int
        if let known = addresses.firstIndex(where: { $0.address == address }) {
            index = known
        } else {
            // A venue cannot remember every address for ever.
            if addresses.count >= 1_024 { addresses.removeFirst() }
            addresses.append(MAXAddress(address: address))
            index = addresses.count - 1
        }
        addresses[index].requests.add(1, at: now)
        guard addresses[index].requests.count <= configuration.limits.publicPerMinute else {
            throw tooMany(until: venueTime + .seconds(addresses[index].requests.secondsLeft(at: now)))
        }
    }

    private mutating func countPrivate(_ account: Int) throws(MAXError) {
        accounts[account].requests.add(1, at: now)
        guard accounts[account].requests.count <= configuration.limits.privatePerMinute else {
            throw tooMany(until: venueTime + .seconds(accounts[account].requests.secondsLeft(at: now)))
        }
    }

    // MARK: Routes

    private func respond(
        _ endpoint: MAXEndpoint, _ parameters: MAXParameters, _ json: inout JSONWriter
    ) throws(MAXError) {
        switch endpoint {
        case .timestamp: writeTimestamp(&json)
        case .markets: writeMarkets(&json)
        case .depth: try writeDepth(parameters, &json)
        case .publicTrades: try writePublicTrades(parameters, &json)
        case .ticker: writeTicker(try market(parameters), &json)
        case .tickers: try writeTickers(parameters, &json)
        case .info, .accounts, .place, .cancel, .cancelAll, .order, .openOrders, .closedOrders, .orderHistory,
            .orderTrades, .trades:
            throw .noRoute
        }
    }

    private mutating func respond(
        _ endpoint: MAXEndpoint, _ parameters: MAXParameters, _ account: Int, _ label: String, _ json: inout JSONWriter
    ) throws(MAXError) {
        switch endpoint {
        case .info: writeInfo(account, &json)
        case .accounts: try writeAccounts(parameters, account, &json)
        case .place: try place(parameters, account, &json)
        case .cancel: try cancel(parameters, account, label, &json)
        case .cancelAll: try cancelAll(parameters, account, label, &json)
        case .order: try writeOrder(parameters, account, &json)
        case .openOrders: try writeOrders(parameters, account, isOpen: true, &json)
        case .closedOrders: try writeOrders(parameters, account, isOpen: false, &json)
        case .orderHistory: try writeHistory(parameters, account, &json)
        case .orderTrades: try writeOrderTrades(parameters, account, &json)
        case .trades: try writeTrades(parameters, account, &json)
        case .timestamp, .markets, .depth, .publicTrades, .ticker, .tickers: throw .noRoute
        }
    }
}

internal import Exchange
public import Fundamentals
internal import MarketModel
internal import VenueAster
public import Wire

/// A request that was found, read and, where it has to be, signed.
struct AsterRequest: Sendable {
    var endpoint: AsterEndpoint
    var generation: AsterVersion
    var parameters: AsterParameters
    /// Index of the account; nil for open endpoints.
    var account: Int?
    /// What a wallet signed the request with; 0 for V1.
    var nonce: Int64 = 0
}

extension AsterServer {
    /// Answers one HTTP request.
    ///
    /// - Parameters:
    ///   - token: returned with the reply, so that the caller knows what it answers.
    ///   - address: the network address whose request weight is counted.
    public mutating func handle(
        _ request: HTTPRequest, token: UInt64, from peer: PeerID, address: String, at time: Instant,
        into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        let (path, query) = Self.split(request.target)
        if path.hasPrefix("/apus/") {
            let response = answerLocal(request, path: path, query: query)
            effects.append(.reply(peer, exchange: token, response))
            return
        }
        let label = "\(request.method.rawValue) \(path)"
        if strikes(.requestLost, label) {
            effects.append(.dropReply(peer, exchange: token))
            return
        }
        let found = AsterEndpoint.find(request.method, path: path, as: configuration.dialect)
        let isSigned = found.map { $0.0.security(in: $0.1) == .signed } ?? false
        let limiter = addressIndex(address)
        var response =
            refuseByChaos(label, isSigned: isSigned) ?? answer(request, path: path, query: query, limiter: limiter)
        response.headers.append("X-MBX-USED-WEIGHT-1M", String(addresses[limiter].used(at: now)))
        if response.status < 300, strikes(.unavailableAfterExecution, label) {
            let error = Self.response(
                AsterError(-1_001, "Internal error; unable to process your request. Please try again.", status: 503))
            response.status = error.status
            response.body = error.body
        }
        if (400..<500).contains(response.status), strikes(.errorWithStatus200, label) { response.status = 200 }
        let reply = ServerEffect.reply(peer, exchange: token, response)
        if strikes(.replyLost, label) {
            effects.append(.dropReply(peer, exchange: token))
        } else if strikes(.replyDelayed, label) {
            delay(reply, by: chaos.replyDelay)
        } else {
            effects.append(reply)
        }
        // The reply shows the order as accepted; the streams then tell what became of it.
        publishEvents(into: &effects)
    }

    mutating func strikes(_ fault: AsterFault, _ label: String) -> Bool {
        guard chaos.strikes(fault, label, &chance) else { return false }
        strikeCounts[fault.index] += 1
        return true
    }

    private mutating func refuseByChaos(_ label: String, isSigned: Bool) -> HTTPResponse? {
        if strikes(.htmlBadGateway, label) {
            let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
            return HTTPResponse(
                status: 502, headers: HTTPHeaders([("Content-Type", "text/html")]), body: Array(page.utf8))
        }
        if strikes(.rateLimited, label) {
            return Self.response(
                AsterError(-1_003, "Too many requests queued.", status: 429, retryAfter: 1))
        }
        if strikes(.banned, label) {
            let until = (now + .seconds(2)).milliseconds
            return Self.response(
                AsterError(-1_003, "Way too many requests; IP banned until \(until).", status: 418, retryAfter: 2))
        }
        if label.hasSuffix("/positionRisk"), strikes(.positionRiskUnknown, label) {
            return Self.response(AsterError(-1_000, "An unknown error occurred while processing the request."))
        }
        if isSigned, strikes(.nonceExpired, label) { return Self.response(AsterError(-4_225, "Nonce Expired")) }
        return nil
    }

    private mutating func answer(
        _ request: HTTPRequest, path: Substring, query: Substring, limiter: Int
    ) -> HTTPResponse {
        var json = JSONWriter()
        var response: HTTPResponse
        var asked: AsterRequest?
        do throws(AsterError) {
            if let body = Self.answerSpot(request.method, path) { return body }
            guard let (endpoint, generation) = AsterEndpoint.find(request.method, path: path, as: configuration.dialect)
            else {
                let weight = AsterUnsupported.weight(request.method, path: path)
                try addresses[limiter].admit(weight ?? 1, configuration.limits, at: now)
                throw weight == nil ? .unknownPath : .unsupported(String(path.split(separator: "/").last ?? ""))
            }
            let fields = try Self.fields(of: request, query: query)
            let parameters = AsterParameters(fields)
            try addresses[limiter].admit(endpoint.weight(parameters), configuration.limits, at: now)
            var found = AsterRequest(
                endpoint: endpoint, generation: generation, parameters: parameters, account: nil)
            if endpoint.security(in: generation) != .open {
                found.account = try authenticate(request, query: query, found)
                if generation == .v3 { found.nonce = try parameters.integer("nonce") ?? 0 }
            }
            asked = found
            try respond(found, &json)
            response = HTTPResponse(status: 200, body: json.bytes)
        } catch {
            response = Self.response(error)
        }
        if response.headers["Content-Type"] == nil {
            response.headers.append("Content-Type", "application/json;charset=UTF-8")
        }
        if response.status == 200, let asked, let account = asked.account, asked.endpoint.countsOrders {
            response.headers.append("X-MBX-ORDER-COUNT-1M", String(accounts[account].orders.minute.count))
            response.headers.append("X-MBX-ORDER-COUNT-10S", String(accounts[account].orders.tenSeconds.count))
        }
        return response
    }

    private mutating func addressIndex(_ address: String) -> Int {
        if let index = addresses.firstIndex(where: { $0.address == address }) { return index }
        // A venue cannot remember every address for ever.
        if addresses.count >= 1_024 { addresses.removeFirst() }
        addresses.append(AddressLimiter(address: address))
        return addresses.count - 1
    }

    // MARK: Reading

    static func split(_ target: String) -> (path: Substring, query: Substring) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target[...], "") }
        return (target[..<mark], target[target.utf8.index(after: mark)...])
    }

    /// Query parameters, then those of a form body; the first of a name counts. A GET's body is ignored.
    static func fields(
        of request: HTTPRequest, query: Substring
    ) throws(AsterError) -> [FormFields.Field] {
        do throws(WireError) {
            var fields = try FormFields.parse(query).fields
            if request.method != .get, !request.body.isEmpty {
                guard let text = String(validating: request.body, as: UTF8.self) else {
                    throw WireError(offset: 0, reason: "the form body is not UTF-8")
                }
                fields += try FormFields.parse(text).fields
            }
            return fields
        } catch {
            throw AsterError(-1_100, "Illegal characters found in a parameter: \(error.reason)")
        }
    }

    static func response(_ error: AsterError) -> HTTPResponse {
        var json = JSONWriter()
        error.write(into: &json)
        var headers = HTTPHeaders([("Content-Type", "application/json;charset=UTF-8")])
        if let seconds = error.retryAfter { headers.append("Retry-After", String(seconds)) }
        return HTTPResponse(status: error.status, headers: headers, body: json.bytes)
    }
}

extension AsterEndpoint {
    /// Whether replies carry the account's order counters.
    var countsOrders: Bool {
        let counted: [AsterEndpoint] = [.placeOrder, .amendOrder, .placeBatch, .amendBatch, .cancelOrder]
        return counted.contains(self)
    }
}

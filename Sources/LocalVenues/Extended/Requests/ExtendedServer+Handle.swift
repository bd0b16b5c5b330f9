internal import Exchange
public import Fundamentals
internal import MarketModel
public import Wire

extension ExtendedServer {
    static let jsonHeaders = HTTPHeaders([("Content-Type", "application/json")])

    /// Answers one HTTP request.
    ///
    /// - Parameters:
    ///   - token: returned with the reply, so that the caller knows what it answers.
    ///   - address: the network address whose requests are counted.
    public mutating func handle(
        _ request: HTTPRequest, token: UInt64, from peer: PeerID, address: String, at time: Instant,
        into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        if request.path.hasPrefix("/apus/") {
            effects.append(.reply(peer, exchange: token, answerLocal(request)))
            return
        }
        let label = "\(request.method.rawValue) \(request.path)"
        if strikes(.requestLost, label) {
            effects.append(.dropReply(peer, exchange: token))
            return
        }
        var response: HTTPResponse
        if let refusal = refuseByChaos(label) {
            response = refusal
        } else {
            writesIDsAsText = strikes(.textIDs, label)
            response = answer(request, address: address)
            writesIDsAsText = false
            spoil(&response, label)
        }
        if queue.isWaiting, strikes(.streamBeatsReply, label) {
            queue.hurry(to: now)
            runEngine()
            settle(into: &effects)
        }
        let reply = ServerEffect.reply(peer, exchange: token, response)
        if strikes(.replyLost, label) {
            effects.append(.dropReply(peer, exchange: token))
        } else if strikes(.replyDelayed, label) {
            delayed.insert(reply, due: now + max(.zero, chaos.replyDelay))
        } else {
            effects.append(reply)
        }
        // Without a matching delay the engine comes right behind the reply.
        runEngine()
        settle(into: &effects)
    }

    // MARK: Chaos

    private mutating func refuseByChaos(_ label: String) -> HTTPResponse? {
        if strikes(.htmlBadGateway, label) {
            let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
            return HTTPResponse(
                status: 502, headers: HTTPHeaders([("Content-Type", "text/html")]), body: Array(page.utf8))
        }
        if strikes(.rateLimited, label) { return response(to: .rateLimited) }
        return nil
    }

    /// What chaos makes of a reply whose request was carried out.
    private mutating func spoil(_ response: inout HTTPResponse, _ label: String) {
        if response.status < 300, strikes(.errorAfterAcceptance, label) {
            response = self.response(to: .applicationError)
        }
        if response.status < 300, strikes(.emptyBody, label) { response.body = [] }
        if (400..<500).contains(response.status), strikes(.errorWithStatus200, label) { response.status = 200 }
    }

    // MARK: Answer

    private mutating func answer(_ request: HTTPRequest, address: String) -> HTTPResponse {
        var json = JSONWriter()
        do throws(ExtendedError) {
            try checkHeaders(request)
            try admit(address)
            guard let endpoint = ExtendedEndpoint.find(request.method, path: request.path) else {
                throw ExtendedError.notFound
            }
            let account = endpoint.isPrivate ? try authenticate(request) : nil
            let query = try ExtendedQuery(request.query ?? "")
            json.beginObject()
            json.member("status", "OK")
            if let account {
                try answer(endpoint, account, query, request.body, &json)
            } else {
                try answer(endpoint, query, &json)
            }
            json.endObject()
            return HTTPResponse(status: 200, headers: Self.jsonHeaders, body: json.bytes)
        } catch {
            return response(to: error)
        }
    }

    func response(to error: ExtendedError) -> HTTPResponse {
        var json = JSONWriter()
        error.write(into: &json)
        let status = error.status(otherwise: configuration.leeway.refusalStatus)
        return HTTPResponse(status: status, headers: Self.jsonHeaders, body: json.bytes)
    }

    /// A client must say who it is, and say everything once.
    func checkHeaders(_ request: HTTPRequest) throws(ExtendedError) {
        guard let agent = request.headers["User-Agent"], !agent.isEmpty else {
            throw ExtendedError(
                403, "Forbidden", debugInfo: "a User-Agent is needed",
                status: configuration.leeway.missingUserAgentStatus)
        }
        for name in ["User-Agent", "X-Api-Key", "Content-Type", "Accept", "Host"] {
            let wanted = name.lowercased()
            guard request.headers.fields.count(where: { $0.name.lowercased() == wanted }) <= 1 else {
                throw .unauthorized
            }
        }
    }

    func authenticate(_ request: HTTPRequest) throws(ExtendedError) -> Int {
        guard let key = request.headers["X-Api-Key"], !key.isEmpty,
            let index = accounts.firstIndex(where: { $0.definition.apiKey == key })
        else { throw .unauthorized }
        return index
    }

    private mutating func admit(_ address: String) throws(ExtendedError) {
        let index: Int
        if let known = addresses.firstIndex(where: { $0.address == address }) {
            index = known
        } else {
            // A venue cannot remember every address for ever.
            if addresses.count >= 1_024 { addresses.removeFirst() }
            addresses.append(ExtendedAddress(address: address))
            index = addresses.count - 1
        }
        addresses[index].requests.add(1, at: now)
        guard addresses[index].requests.count <= configuration.limits.requestsPerMinute else { throw .rateLimited }
    }
}

/// How many requests an address has made in this minute.
struct ExtendedAddress: Sendable {
    let address: String
    var requests = WindowCounter(.minutes(1))
}

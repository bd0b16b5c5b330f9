internal import Fundamentals
internal import MarketModel
internal import VenueBinance
internal import Wire

/// The socket API, `/ws-api/v3`: the REST endpoints under other names, sessions, and user streams.
extension BinanceServer {
    /// What belongs to the connection instead of the venue.
    private enum SessionMethod: String {
        case logon = "session.logon"
        case status = "session.status"
        case logout = "session.logout"
        case subscriptions = "session.subscriptions"
        case subscribe = "userDataStream.subscribe"
        case subscribeSigned = "userDataStream.subscribe.signature"
        case unsubscribe = "userDataStream.unsubscribe"
    }

    /// One request as it came.
    private struct SocketRequest {
        var id: JSONValue
        var method: String
        var members: [JSONMember]
        var parameters: BinanceParameters
    }

    mutating func answerSocket(_ index: Int, _ bytes: [UInt8], into effects: inout [ServerEffect]) {
        let peer = connections[index].peer
        let limiter = addressIndex(Self.socketAddress)
        var id = JSONValue.null
        var label = "WS"
        var isReturning = connections[index].session?.returnsRateLimits ?? false
        var account: Int?
        var outcome: BinanceOutcome
        do throws(BinanceError) {
            let request = try Self.read(bytes, id: &id)
            label = "WS \(request.method)"
            if strikes(.requestLost, label) { return cut(index, into: &effects) }
            isReturning = try request.parameters.flag("returnRateLimits") ?? isReturning
            let isSigned = BinanceEndpoint.find(socketMethod: request.method)?.isSigned ?? false
            if let refused = refuseByChaos(label, isSigned: isSigned) {
                outcome = refused
            } else {
                outcome = .success(try carryOut(request, index, limiter, account: &account))
                outcome = spoilByChaos(outcome, label)
            }
        } catch {
            outcome = .failure(error)
        }
        let frame = socketReply(id, outcome, limiter: limiter, account: account, withLimits: isReturning)
        send(.sendText(peer, frame), or: .abort(peer), label, into: &effects)
    }

    private mutating func cut(_ index: Int, into effects: inout [ServerEffect]) {
        connections[index].silentUntil = .distantFuture
        effects.append(.abort(connections[index].peer))
    }

    // MARK: Reading

    private static func read(_ bytes: [UInt8], id: inout JSONValue) throws(BinanceError) -> SocketRequest {
        let invalid = BinanceError(-1_135, "Invalid JSON Request")
        guard let message = try? JSONValue.parse(bytes, maxDepth: 8), case .object = message else { throw invalid }
        switch message["id"] {
        case nil, .null?: break
        case .number(let digits)? where Int64(digits) != nil: id = .number(digits)
        case .string(let text)? where text.utf8.count <= 36: id = .string(text)
        case .bool?, .number?, .string?, .array?, .object?: throw invalid
        }
        guard let method = message["method"]?.text else { throw .missing("method") }
        let members: [JSONMember]
        switch message["params"] {
        case nil, .null?: members = []
        case .object(let given)?: members = given
        case .bool?, .number?, .string?, .array?: throw invalid
        }
        return SocketRequest(
            id: id, method: method, members: members, parameters: BinanceParameters(try fields(members)))
    }

    /// Parameters as a query would carry them: lists as their JSON text.
    private static func fields(_ members: [JSONMember]) throws(BinanceError) -> [FormFields.Field] {
        var fields: [FormFields.Field] = []
        for member in members {
            switch member.value {
            case .string(let text), .number(let text): fields.append(.init(member.name, text))
            case .bool(let flag): fields.append(.init(member.name, flag ? "true" : "false"))
            case .null: break
            case .array:
                var json = JSONWriter()
                json.value(member.value)
                fields.append(.init(member.name, String(decoding: json.bytes, as: UTF8.self)))
            case .object: throw .invalid(member.name)
            }
        }
        return fields
    }

    // MARK: Carrying out

    private mutating func carryOut(
        _ request: SocketRequest, _ index: Int, _ limiter: Int, account: inout Int?
    ) throws(BinanceError) -> [UInt8] {
        let weights = configuration.limits.weights
        if let method = SessionMethod(rawValue: request.method) {
            try addresses[limiter].admit(2, weights, at: now)
            return try carryOut(method, request, index)
        }
        guard let endpoint = BinanceEndpoint.find(socketMethod: request.method) else {
            try addresses[limiter].admit(1, weights, at: now)
            throw .unsupported("method '\(request.method)'")
        }
        let weight = endpoint.weight(request.parameters)
        try addresses[limiter].admit(weight, weights, at: now)
        var found = BinanceRequest(endpoint: endpoint, parameters: request.parameters, account: nil)
        if endpoint.isSigned { found.account = try socketAccount(request, index) }
        if endpoint.countsOrders { account = found.account }
        let bytes = try respond(found)
        if endpoint.isFreeOnSuccess { addresses[limiter].refund(weight, at: now) }
        return bytes
    }

    /// Who signed the request, or who has logged on.
    private func socketAccount(_ request: SocketRequest, _ index: Int) throws(BinanceError) -> Int {
        guard request.parameters.text("apiKey") == nil, let logon = connections[index].session?.logon else {
            return try authenticate(request.members, request.parameters)
        }
        try checkTime(request.parameters)
        return logon.account
    }

    private mutating func carryOut(
        _ method: SessionMethod, _ request: SocketRequest, _ index: Int
    ) throws(BinanceError) -> [UInt8] {
        var json = JSONWriter()
        switch method {
        case .logon:
            let account = try authenticate(request.members, request.parameters)
            let name = try request.parameters.required("apiKey")
            guard accounts[account].definition.ed25519?.apiKey == name else {
                throw BinanceError(-4_056, "HMAC_SHA256 API key is not supported.")
            }
            connections[index].session?.logon = .init(account: account, apiKey: name, since: now)
            writeSession(index, &json)
        case .status: writeSession(index, &json)
        case .logout:
            connections[index].session?.logon = nil
            writeSession(index, &json)
        case .subscriptions:
            json.beginArray()
            for feed in connections[index].session?.feeds ?? [] {
                json.beginObject()
                json.member("subscriptionId", feed.id)
                json.endObject()
            }
            json.endArray()
        case .subscribe:
            guard let logon = connections[index].session?.logon else {
                throw BinanceError(-2_015, "Invalid API-key, IP, or permissions for action.", status: 401)
            }
            try writeSubscription(index, logon.account, &json)
        case .subscribeSigned:
            try writeSubscription(index, try authenticate(request.members, request.parameters), &json)
        case .unsubscribe: try unsubscribe(index, request.parameters, &json)
        }
        return json.bytes
    }

    private mutating func writeSubscription(
        _ index: Int, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        guard var session = connections[index].session else { return }
        let id = try session.subscribe(account)
        connections[index].session = session
        json.beginObject()
        json.member("subscriptionId", id)
        json.endObject()
    }

    private mutating func unsubscribe(
        _ index: Int, _ parameters: BinanceParameters, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let id = try parameters.integer("subscriptionId")
        let feeds = connections[index].session?.feeds ?? []
        let kept = feeds.filter { id != nil && $0.id != id }
        guard kept.count < feeds.count || id == nil && feeds.isEmpty else {
            throw BinanceError(-2_036, "User Data Stream subscription not active.")
        }
        connections[index].session?.feeds = kept
        json.beginObject()
        json.endObject()
    }

    private func writeSession(_ index: Int, _ json: inout JSONWriter) {
        let connection = connections[index]
        json.beginObject()
        json.key("apiKey")
        if let logon = connection.session?.logon {
            json.string(logon.apiKey)
            json.member("authorizedSince", logon.since.milliseconds)
        } else {
            json.null()
            json.key("authorizedSince")
            json.null()
        }
        json.member("connectedSince", connection.openedAt.milliseconds)
        json.member("returnRateLimits", connection.session?.returnsRateLimits ?? false)
        json.member("serverTime", venueTime.milliseconds)
        json.member("userDataStream", connection.session?.feeds.isEmpty == false)
        json.endObject()
    }

    // MARK: Replying

    private mutating func socketReply(
        _ id: JSONValue, _ outcome: BinanceOutcome, limiter: Int, account: Int?, withLimits: Bool
    ) -> [UInt8] {
        var head = JSONWriter()
        head.value(id)
        var frame = Array(#"{"id":"#.utf8) + head.bytes
        switch outcome {
        case .success(let bytes): frame += Array(#","status":200,"result":"#.utf8) + bytes
        case .failure(let error): frame += failure(error)
        case .page: frame += failure(BinanceError(-1_000, "An unknown error occurred.", status: 500))
        }
        if withLimits { frame += Array(#","rateLimits":"#.utf8) + rateLimits(limiter, account) }
        return frame + [UInt8(ascii: "}")]
    }

    private func failure(_ error: BinanceError) -> [UInt8] {
        var error = error
        if let seconds = error.retryAfter {
            error.data = .object([
                JSONMember("serverTime", .number("\(venueTime.milliseconds)")),
                JSONMember("retryAfter", .number("\(venueTime.milliseconds + seconds * 1_000)")),
            ])
        }
        var json = JSONWriter()
        error.write(into: &json)
        return Array(#","status":\#(error.status),"error":"#.utf8) + json.bytes
    }

    private mutating func rateLimits(_ limiter: Int, _ account: Int?) -> [UInt8] {
        var json = JSONWriter()
        json.beginArray()
        if let account {
            let counted = accounts[account].orders.counted(at: now)
            writeLimit("ORDERS", ("SECOND", 10), configuration.limits.ordersPerTenSeconds, counted.tenSeconds, &json)
            writeLimit("ORDERS", ("DAY", 1), configuration.limits.ordersPerDay, counted.day, &json)
        }
        writeLimit(
            "REQUEST_WEIGHT", ("MINUTE", 1), configuration.limits.weightPerMinute, addresses[limiter].used(at: now),
            &json)
        json.endArray()
        return json.bytes
    }
}

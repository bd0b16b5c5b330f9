internal import Exchange
public import Fundamentals
internal import MarketModel
public import Wire

/// A request that was found, read and, where it has to be, signed.
struct BinanceRequest: Sendable {
    var endpoint: BinanceEndpoint
    var parameters: BinanceParameters
    /// Index of the account; nil for open endpoints.
    var account: Int?
}

/// What became of a request, whichever way it came.
enum BinanceOutcome {
    case success([UInt8])
    case failure(BinanceError)
    /// Something that is not the venue's API answered.
    case page(status: Int, String)
}

extension BinanceServer {
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
        let (path, query) = AsterServer.split(request.target)
        if path.hasPrefix("/apus/") {
            effects.append(
                .reply(peer, exchange: token, Self.identified(answerLocal(request, path: path, query: query))))
            return
        }
        let label = "\(request.method.rawValue) \(path)"
        if strikes(.requestLost, label) {
            effects.append(.dropReply(peer, exchange: token))
            return
        }
        let limiter = addressIndex(address)
        let endpoint = BinanceEndpoint.find(request.method, path: path)
        var account: Int?
        var outcome: BinanceOutcome
        if let refused = refuseByChaos(label, isSigned: endpoint?.isSigned ?? false) {
            outcome = refused
        } else {
            outcome = answer(request, endpoint, query: query, limiter: limiter, account: &account)
            outcome = spoilByChaos(outcome, label)
        }
        var response = Self.response(outcome)
        response.headers.append("X-MBX-USED-WEIGHT", String(addresses[limiter].used(at: now)))
        response.headers.append("X-MBX-USED-WEIGHT-1M", String(addresses[limiter].used(at: now)))
        if response.status == 200, let account, endpoint?.countsOrders == true {
            let counted = accounts[account].orders.counted(at: now)
            response.headers.append("X-MBX-ORDER-COUNT-10S", String(counted.tenSeconds))
            response.headers.append("X-MBX-ORDER-COUNT-1D", String(counted.day))
        }
        let reply = ServerEffect.reply(peer, exchange: token, Self.identified(response))
        send(reply, or: .dropReply(peer, exchange: token), label, into: &effects)
    }

    /// Sends a reply, unless chaos has it otherwise. The streams then tell what happened; usually the reply comes first.
    mutating func send(
        _ reply: ServerEffect, or loss: ServerEffect, _ label: String, into effects: inout [ServerEffect]
    ) {
        if strikes(.eventBeatsReply, label) { publishEvents(into: &effects) }
        if strikes(.replyLost, label) {
            effects.append(loss)
        } else if strikes(.replyDelayed, label) {
            delay(reply, by: chaos.replyDelay)
        } else {
            effects.append(reply)
        }
        publishEvents(into: &effects)
    }

    // MARK: Chaos

    mutating func refuseByChaos(_ label: String, isSigned: Bool) -> BinanceOutcome? {
        if strikes(.htmlBadGateway, label) {
            return .page(
                status: 502,
                "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>")
        }
        if strikes(.rateLimited, label) {
            return .failure(
                BinanceError(
                    -1_003,
                    "Too much request weight used; current limit is \(configuration.limits.weightPerMinute) request "
                        + "weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.",
                    status: 429, retryAfter: 1))
        }
        if strikes(.banned, label) {
            let until = (now + .seconds(2)).milliseconds
            return .failure(
                BinanceError(
                    -1_003, "Way too much request weight used; IP banned until \(until).", status: 418, retryAfter: 2))
        }
        if isSigned, strikes(.untimely, label) { return .failure(.untimely) }
        return nil
    }

    /// Hides from the client what was carried out.
    mutating func spoilByChaos(_ outcome: BinanceOutcome, _ label: String) -> BinanceOutcome {
        guard case .success = outcome else { return outcome }
        if strikes(.timeoutAfterExecution, label) {
            return .failure(
                BinanceError(
                    -1_007,
                    "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
                    status: 408))
        }
        if strikes(.unavailableAfterExecution, label) {
            return .failure(
                BinanceError(
                    -1_000, "Unknown error, please check your request or try again later.", status: 503))
        }
        return outcome
    }

    // MARK: Answering

    private mutating func answer(
        _ request: HTTPRequest, _ endpoint: BinanceEndpoint?, query: Substring, limiter: Int, account: inout Int?
    ) -> BinanceOutcome {
        do throws(BinanceError) {
            let weights = configuration.limits.weights
            guard let endpoint else {
                try addresses[limiter].admit(1, weights, at: now)
                throw .unknownPath
            }
            let parameters = BinanceParameters(try AsterServer.fields(of: request, query: query))
            let weight = endpoint.weight(parameters)
            try addresses[limiter].admit(weight, weights, at: now)
            var found = BinanceRequest(endpoint: endpoint, parameters: parameters, account: nil)
            if endpoint.isSigned { found.account = try authenticate(request, query: query, parameters) }
            account = found.account
            let bytes = try respond(found)
            if endpoint.isFreeOnSuccess { addresses[limiter].refund(weight, at: now) }
            return .success(bytes)
        } catch {
            return .failure(error)
        }
    }

    mutating func addressIndex(_ address: String) -> Int {
        if let index = addresses.firstIndex(where: { $0.address == address }) { return index }
        // A venue cannot remember every address for ever.
        if addresses.count >= 1_024 { addresses.removeFirst() }
        addresses.append(AddressLimiter(address: address))
        return addresses.count - 1
    }

    private static func response(_ outcome: BinanceOutcome) -> HTTPResponse {
        switch outcome {
        case .success(let bytes):
            return HTTPResponse(
                status: 200, headers: HTTPHeaders([("Content-Type", "application/json;charset=UTF-8")]), body: bytes)
        case .failure(let error): return AsterServer.response(error)
        case .page(let status, let text):
            return HTTPResponse(
                status: status, headers: HTTPHeaders([("Content-Type", "text/html")]), body: Array(text.utf8))
        }
    }

    private static func identified(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.append(VenueIdentity.header, venueName)
        return response
    }
}

extension BinanceLimits {
    /// As the family's limiter wants them.
    var weights: AsterLimits {
        var limits = AsterLimits()
        limits.weightPerMinute = weightPerMinute
        limits.ignoredBeforeBan = ignoredBeforeBan
        limits.firstBan = firstBan
        return limits
    }
}

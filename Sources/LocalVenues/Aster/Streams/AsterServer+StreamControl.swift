public import Fundamentals
internal import Wire

/// What a stream client asked for wrongly, in the venue's words.
private struct ControlError: Error {
    let code: Int64
    let message: String

    static func request(_ reason: String) -> ControlError {
        ControlError(code: 2, message: "Invalid request: \(reason)")
    }
}

extension AsterServer {
    /// A text message of a stream client: SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY, GET_PROPERTY.
    public mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        guard connections[index].admit(configuration.limits, at: now) else {
            effects.append(.close(peer, code: 1_008, reason: "Too many requests"))
            removeConnection(peer)
            return
        }
        var json = JSONWriter()
        json.beginObject()
        do throws(ControlError) {
            let (id, result) = try control(index, bytes)
            json.key("result")
            json.value(result)
            json.key("id")
            json.value(id)
        } catch {
            json.member("code", error.code)
            json.member("msg", error.message)
        }
        json.endObject()
        effects.append(.sendText(peer, json.bytes))
    }

    private mutating func control(
        _ connection: Int, _ bytes: [UInt8]
    ) throws(ControlError) -> (id: JSONValue, result: JSONValue) {
        let message: JSONValue
        do throws(WireError) {
            message = try JSONValue.parse(bytes, maxDepth: 8)
        } catch {
            throw ControlError(
                code: 3, message: "Invalid JSON: expected value at line 1 column \(error.offset + 1)")
        }
        guard case .object = message else { throw .request("expected an object") }
        guard let method = message["method"] else { throw .request("missing field `method`") }
        let id = try requestID(message["id"])
        let parameters = message["params"]?.elements
        switch method.text {
        case "SUBSCRIBE":
            let names = try names(parameters)
            let held = connections[connection].subscriptions
            let added = names.filter { name in !held.contains { $0.name == name } }
            guard held.count + added.count <= configuration.limits.streamsPerConnection else {
                throw .request("too many streams")
            }
            for name in added { subscribe(connection, name) }
            return (id, .null)
        case "UNSUBSCRIBE":
            for name in try names(parameters) { unsubscribe(connection, name) }
            return (id, .null)
        case "LIST_SUBSCRIPTIONS":
            return (id, .array(connections[connection].subscriptions.map { .string($0.name) }))
        case "SET_PROPERTY":
            guard let parameters, parameters.count == 2 else { throw .request("expected a property and its value") }
            try checkProperty(parameters[0])
            guard let flag = parameters[1].boolean else {
                throw ControlError(code: 1, message: "Invalid value type: expected Boolean")
            }
            connections[connection].isCombined = flag
            return (id, .null)
        case "GET_PROPERTY":
            guard let parameters, parameters.count == 1 else { throw .request("expected one property") }
            try checkProperty(parameters[0])
            return (id, .bool(connections[connection].isCombined))
        default:
            throw .request("unknown variant `\(method.text ?? "")`")
        }
    }

    /// An unsigned integer. May be left out, which ccxt does and the venue accepts from it.
    private func requestID(_ id: JSONValue?) throws(ControlError) -> JSONValue {
        guard let id else { return .null }
        guard case .number(let digits) = id, UInt64(digits) != nil else {
            throw .request("request ID must be an unsigned integer")
        }
        return id
    }

    private func names(_ parameters: [JSONValue]?) throws(ControlError) -> [String] {
        guard let parameters else { throw .request("missing field `params`") }
        guard parameters.count <= configuration.limits.streamsPerConnection else {
            throw .request("too many parameters")
        }
        var names: [String] = []
        for parameter in parameters {
            guard let name = parameter.text else { throw .request("expected a string") }
            names.append(name)
        }
        return names
    }

    private func checkProperty(_ value: JSONValue) throws(ControlError) {
        guard value.text == "combined" else { throw ControlError(code: 0, message: "Unknown property") }
    }
}

internal import Fundamentals
internal import Wire

/// What a stream client asked for wrongly, in the venue's words.
private struct ControlError: Error {
    let code: Int64
    let message: String
    var id = JSONValue.null

    static func request(_ reason: String) -> ControlError {
        ControlError(code: 2, message: "Invalid request: \(reason)")
    }
}

extension BinanceServer {
    /// SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY, GET_PROPERTY.
    mutating func control(_ index: Int, _ bytes: [UInt8], into effects: inout [ServerEffect]) {
        let peer = connections[index].peer
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
            if error.id != .null {
                json.key("id")
                json.value(error.id)
            }
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
        let id = try requestID(message["id"])
        do throws(ControlError) {
            guard let method = message["method"] else { throw .request("missing field `method`") }
            return (id, try carryOut(connection, method.text ?? "", message["params"]?.elements))
        } catch {
            throw ControlError(code: error.code, message: error.message, id: id)
        }
    }

    private mutating func carryOut(
        _ connection: Int, _ method: String, _ parameters: [JSONValue]?
    ) throws(ControlError) -> JSONValue {
        switch method {
        case "SUBSCRIBE":
            let names = try names(parameters)
            let held = connections[connection].subscriptions
            let added = names.filter { name in !held.contains { $0.name == name } }
            guard held.count + added.count <= configuration.limits.streamsPerConnection else {
                throw .request("too many streams")
            }
            for name in added { subscribe(connection, name) }
            return .null
        case "UNSUBSCRIBE":
            for name in try names(parameters) { unsubscribe(connection, name) }
            return .null
        case "LIST_SUBSCRIPTIONS":
            return .array(connections[connection].subscriptions.map { .string($0.name) })
        case "SET_PROPERTY":
            guard let parameters, parameters.count == 2 else { throw .request("expected a property and its value") }
            try checkProperty(parameters[0])
            guard let flag = parameters[1].boolean else {
                throw ControlError(code: 1, message: "Invalid value type: expected Boolean")
            }
            connections[connection].isCombined = flag
            return .null
        case "GET_PROPERTY":
            guard let parameters, parameters.count == 1 else { throw .request("expected one property") }
            try checkProperty(parameters[0])
            return .bool(connections[connection].isCombined)
        default: throw .request("unknown variant `\(method)`")
        }
    }

    /// A whole number, a short text, or null.
    private func requestID(_ id: JSONValue?) throws(ControlError) -> JSONValue {
        switch id {
        case nil, .null?: return .null
        case .number(let digits)? where Int64(digits) != nil: return .number(digits)
        case .string(let text)? where text.utf8.count <= 36: return .string(text)
        case .bool?, .number?, .string?, .array?, .object?:
            throw .request("request ID must be an integer, a string of at most 36 characters, or null")
        }
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

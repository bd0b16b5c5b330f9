public import Fundamentals
internal import MarketModel
internal import Wire

/// A refusal of the JSON-RPC interface.
struct ExtendedRPCError: Error, Hashable, Sendable {
    var code: Int64
    var message: String
    var data: String?

    static func parameters(_ reason: String) -> Self { .init(code: -32_602, message: "Invalid params", data: reason) }
    static let unauthorized = Self(code: -32_001, message: "Unauthorized")
    static let parse = Self(code: -32_700, message: "Parse error")
    static func request(_ reason: String) -> Self { .init(code: -32_600, message: "Invalid Request", data: reason) }
    static func method(_ name: String) -> Self { .init(code: -32_601, message: "Method not found", data: name) }
}

extension ExtendedServer {
    /// Topics that one connection may listen to.
    private static let mostTopics = 1_000

    /// A text frame of a client: a request in version 2, and without meaning in version 1.
    public mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }), connections[index].version == .rpc
        else { return }
        var id = JSONValue.null
        do throws(ExtendedRPCError) {
            let request = try Self.parse(bytes)
            id = request["id"] ?? .null
            let method = request["method"]?.text ?? ""
            try answer(method, id, request["params"] ?? .null, index, into: &effects)
        } catch {
            effects.append(
                .sendText(
                    peer,
                    Self.reply(id) { json in
                        json.key("error")
                        json.beginObject()
                        json.member("code", error.code)
                        json.member("message", error.message)
                        if let data = error.data { json.member("data", data) }
                        json.endObject()
                    }))
        }
    }

    private static func parse(_ bytes: [UInt8]) throws(ExtendedRPCError) -> JSONValue {
        let document: JSONValue
        do throws(WireError) { document = try JSONValue.parse(bytes) } catch { throw .parse }
        guard case .object = document else { throw .request("expected an object") }
        guard document["jsonrpc"]?.text == "2.0" else { throw .request("jsonrpc must be \"2.0\"") }
        guard document["method"]?.text != nil else { throw .request("method must be a text") }
        return document
    }

    private mutating func answer(
        _ method: String, _ id: JSONValue, _ parameters: JSONValue, _ connection: Int,
        into effects: inout [ServerEffect]
    ) throws(ExtendedRPCError) {
        let peer = connections[connection].peer
        switch method {
        case "subscribe":
            let topic = try topic(in: parameters)
            guard connections[connection].subscriptions.count < Self.mostTopics else {
                throw .parameters("too many subscriptions")
            }
            effects.append(.sendText(peer, Self.success(id, method) { $0.member("subscription", name(of: topic)) }))
            subscribe(connection, topic, into: &effects)
        case "unsubscribe":
            let topic = try topic(in: parameters)
            unsubscribe(connection, topic)
            effects.append(.sendText(peer, Self.success(id, method) { $0.member("subscription", name(of: topic)) }))
        case "ping": effects.append(.sendText(peer, Self.success(id, method) { _ in }))
        case "list-subscriptions":
            let names = connections[connection].subscriptions.map(\.name).sorted()
            effects.append(
                .sendText(
                    peer,
                    Self.success(id, method) { json in
                        json.key("subscriptions")
                        json.beginArray()
                        for name in names { json.string(name) }
                        json.endArray()
                    }))
        default: throw .method(method)
        }
    }

    private func topic(in parameters: JSONValue) throws(ExtendedRPCError) -> ExtendedTopic {
        guard let scope = parameters["scope"]?.text else { throw .parameters("scope must be a text") }
        return try topic(
            scope: scope, selector: parameters["selector"] ?? .null, key: parameters["apiKey"]?.text)
    }

    private static func success(
        _ id: JSONValue, _ method: String, _ members: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        reply(id) { json in
            json.key("result")
            json.beginObject()
            json.member("method", method)
            json.member("status", "OK")
            members(&json)
            json.endObject()
        }
    }

    private static func reply(_ id: JSONValue, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("id")
        json.value(id)
        body(&json)
        json.member("jsonrpc", "2.0")
        json.endObject()
        return json.bytes
    }
}

@testable import ControlAPI
import Cryptography
import Fundamentals
import Testing
import Wire

let testToken = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/// A request as a well-behaved client sends it; headers given as nil are left out.
func request(
    _ method: HTTPMethod, _ target: String, _ body: String = "", _ headers: [(String, String?)] = []
) -> HTTPRequest {
    var fields: [(String, String?)] = [("Host", "127.0.0.1:8000"), ("Authorization", "Bearer \(testToken)")]
    if !body.isEmpty { fields.append(("Content-Type", "application/json")) }
    for header in headers {
        fields.removeAll { $0.0 == header.0 }
        fields.append(header)
    }
    return HTTPRequest(
        method: method, target: target,
        headers: HTTPHeaders(fields.compactMap { name, value in value.map { (name, $0) } }),
        body: Array(body.utf8))
}

extension ControlRouter {
    init(_ bot: FakeBot, token: String? = testToken, hosts: [String] = []) {
        self.init(bot: bot, access: ControlAccess(token: token.map(Secret.init), hosts: hosts))
    }

    /// The reply, for requests that have one at once.
    func reply(_ request: HTTPRequest) -> HTTPResponse {
        switch answer(request, from: "127.0.0.1:5", at: Instant(milliseconds: 1_800_000_000_000)) {
        case .response(let response): response
        case .events: HTTPResponse(status: 200, body: Array("a stream".utf8))
        case .whenStopped: HTTPResponse(status: 202)
        }
    }

    func json(_ request: HTTPRequest) throws -> JSONValue { try JSONValue.parse(reply(request).body) }
}

extension JSONValue {
    var names: [String] { members?.map(\.name) ?? [] }
}

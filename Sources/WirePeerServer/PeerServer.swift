internal import Fundamentals
internal import SystemIO
internal import Wire

/// The routes that independent clients are tried against.
final class PeerServer: HTTPServerHandler {
    private let server: HTTPServer

    init(loop: EventLoop) throws(SystemError) {
        var settings = HTTPServer.Settings()
        settings.maxBodyBytes = 16 << 20
        settings.maxMessageBytes = 4 << 20
        settings.maxWriteBuffer = 32 << 20
        server = try HTTPServer(loop: loop, settings: settings)
        server.handler = self
    }

    var port: UInt16 { server.port }

    func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {
        server.respond(token, answer(request))
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        let path = request.target.prefix { $0 != "?" }
        switch (request.method, path) {
        case (.get, "/hello"), (.head, "/hello"): return plain(Array("hello\n".utf8))
        case (.options, _): return HTTPResponse(status: 204, headers: HTTPHeaders([("Allow", "GET, POST, OPTIONS")]))
        case (.post, "/echo"): return plain(request.body)
        case (.get, "/bytes"): return bytes(request)
        case (.get, "/close"):
            var response = plain(Array("bye\n".utf8))
            response.headers.append("Connection", "close")
            return response
        default: return HTTPResponse(status: 404)
        }
    }

    private func bytes(_ request: HTTPRequest) -> HTTPResponse {
        let query = request.target.drop { $0 != "?" }.dropFirst()
        guard let fields = try? FormFields.parse(query), let count = fields["n"].flatMap({ Int($0) }),
            (0...(64 << 20)).contains(count)
        else { return HTTPResponse(status: 400) }
        return plain([UInt8](repeating: UInt8(ascii: "x"), count: count))
    }

    private func plain(_ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: 200, headers: HTTPHeaders([("Content-Type", "text/plain")]), body: body)
    }

    func refuseUpgrade(connectionID: UInt64, _ request: HTTPRequest) -> HTTPResponse? {
        request.target == "/ws" ? nil : HTTPResponse(status: 404)
    }

    func received(connectionID: UInt64, text: [UInt8]) {
        switch String(decoding: text.prefix(16), as: UTF8.self) {
        case "please close": server.close(connectionID: connectionID, code: 4_001, reason: "as you wish")
        case "please ping": server.ping(connectionID: connectionID, Array("are you there".utf8))
        default: server.sendText(connectionID: connectionID, text)
        }
    }

    func received(connectionID: UInt64, binary: [UInt8]) {
        server.sendBinary(connectionID: connectionID, binary)
    }
}

internal import Cryptography
internal import Fundamentals
internal import SystemIO
import Testing
internal import Wire

/// A private authority and a certificate for `localhost` and 127.0.0.1, made by the openssl program.
final class Authority {
    let directory = TemporaryDirectory()
    var certificate: String { directory.path + "/server.pem" }
    var key: String { directory.path + "/server.key" }
    var trusted: String { directory.path + "/ca.pem" }

    init(host: String = "DNS:localhost,IP:127.0.0.1") throws {
        let status = directory.shell(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
                -subj "/CN=Test authority" -days 2 &&
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr \
                -subj "/CN=test" &&
            echo "subjectAltName=\(host)" > extensions &&
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions \
                -out server.pem
            """)
        try #require(status == 0, "openssl made the certificates")
    }

    func server(_ bench: Bench, _ handler: Handler) throws -> HTTPServer {
        let context = try TLSContext(certificatePath: certificate, keyPath: key)
        let server = try HTTPServer(loop: bench.loop, tls: context)
        handler.server = server
        server.handler = handler
        return server
    }

    func client(_ bench: Bench, port: UInt16, trust: TLSTrust? = nil, host: String = "localhost") throws -> HTTPClient {
        var settings = HTTPClient.Settings()
        settings.connections = 1
        settings.warmConnections = 1
        return HTTPClient(
            origin: Origin(scheme: .https, host: host, port: port), loop: bench.loop, resolver: bench.resolver,
            tls: try TLSContext(trust: trust ?? .certificateFile(path: trusted)), random: RandomSource(seed: 1),
            settings: settings)
    }
}

@Suite struct `TLS between our client and our server` {
    private func outcome(_ bench: Bench, _ client: HTTPClient, body: [UInt8] = []) throws
        -> Result<HTTPResponse, HTTPClientFailure>
    {
        var outcome: Result<HTTPResponse, HTTPClientFailure>?
        client.send(HTTPRequest(method: .post, target: "/", body: body), deadline: bench.soon) { outcome = $0 }
        try bench.run("an outcome") { outcome != nil }
        return try #require(outcome)
    }

    @Test func `requests of all sizes pass on one connection`() throws {
        let bench = try Bench()
        let authority = try Authority()
        let handler = Handler()
        let server = try authority.server(bench, handler)
        let client = try authority.client(bench, port: server.port)
        for size in [0, 1, 16_383, 16_384, 16_385, 1_000_000] {
            let body = [UInt8](repeating: 0x61, count: size)
            #expect(try outcome(bench, client, body: body).get().body == body)
        }
        #expect(Set(handler.tokens.map(\.connectionID)) == [1])
    }

    @Test func `a certificate of another host means not sent`() throws {
        let bench = try Bench()
        let authority = try Authority(host: "DNS:elsewhere.example")
        let handler = Handler()
        let server = try authority.server(bench, handler)
        let result = try outcome(bench, authority.client(bench, port: server.port))
        guard case .failure(.notSent(.connection(.tls(let reason)))) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(reason.contains("wrong host"))
        #expect(handler.requests.isEmpty)
    }

    @Test func `an authority that is not trusted means not sent`() throws {
        let bench = try Bench()
        let authority = try Authority()
        let handler = Handler()
        let server = try authority.server(bench, handler)
        let result = try outcome(bench, authority.client(bench, port: server.port, trust: .system))
        guard case .failure(.notSent(.connection(.tls(let reason)))) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(reason.contains("certificate refused"))
        #expect(handler.requests.isEmpty)
    }

    @Test func `a plain client of a secure server and the reverse both fail with a reason`() throws {
        let bench = try Bench()
        let authority = try Authority()
        let handler = Handler()
        let secure = try authority.server(bench, handler)
        let plain = try bench.server(Handler())
        guard case .failure(.unknown) = try outcome(bench, bench.client(port: secure.port)) else {
            Issue.record("a plain request to a TLS server cannot succeed")
            return
        }
        let result = try outcome(bench, authority.client(bench, port: plain.port))
        guard case .failure(.notSent(.connection(.tls))) = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test func `a WebSocket over TLS echoes`() throws {
        let bench = try Bench()
        let authority = try Authority()
        let handler = Handler()
        let server = try authority.server(bench, handler)
        let socket = WebSocketClient(
            origin: Origin(scheme: .wss, host: "127.0.0.1", port: server.port), target: "/ws", loop: bench.loop,
            resolver: bench.resolver, tls: try TLSContext(trust: .certificateFile(path: authority.trusted)))
        var texts: [[UInt8]] = []
        var end: WebSocketCloseReason?
        socket.onText = { texts.append($0) }
        socket.onClose = { end = $0 }
        socket.onOpen = {
            for size in [1, 100_000] { _ = socket.sendText([UInt8](repeating: 0x61, count: size)) }
        }
        try bench.run("echoes") { texts.count == 2 || end != nil }
        #expect(texts.map(\.count) == [1, 100_000])
        socket.close()
        try bench.run("the end") { end != nil }
        #expect(end == .closed(code: 1_000, reason: ""))
    }

    @Test func `the openssl program talks to our server`() throws {
        let bench = try Bench()
        let authority = try Authority()
        let handler = Handler()
        let server = try authority.server(bench, handler)
        let command =
            "printf 'GET /s_client HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | timeout 10 "
            + "openssl s_client -quiet -verify_return_error -CAfile ca.pem -servername localhost "
            + "-connect 127.0.0.1:\(server.port) &"
        #expect(authority.directory.shell(command) == 0)
        try bench.run("a request") { handler.requests.map(\.target) == ["/s_client"] }
    }
}

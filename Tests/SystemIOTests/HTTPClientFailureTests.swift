internal import Fundamentals
internal import SystemIO
import Testing
internal import Wire

@Suite struct `What a client says about a request without a response` {
    private let ask = HTTPRequest(method: .get, target: "/")

    private func outcome(_ bench: Bench, _ client: HTTPClient, within span: TimeSpan = .seconds(10)) throws
        -> Result<HTTPResponse, HTTPClientFailure>
    {
        var outcome: Result<HTTPResponse, HTTPClientFailure>?
        client.send(ask, deadline: wallClock() + span) { outcome = $0 }
        try bench.run("an outcome") { outcome != nil }
        return try #require(outcome)
    }

    /// A server of raw bytes: calls back for each connection with the bytes received.
    private func rawServer(_ bench: Bench, _ react: @escaping (TCPConnection, [UInt8]) -> Void) throws
        -> (listener: TCPListener, keep: Keep)
    {
        let keep = Keep()
        let listener = try TCPListener(loop: bench.loop)
        listener.onConnection = { connection in
            keep.connections.append(connection)
            connection.onBytes = { [weak connection] bytes in
                if let connection { react(connection, bytes) }
            }
        }
        return (listener, keep)
    }

    final class Keep { var connections: [TCPConnection] = [] }

    @Test func `a refused connection means not sent`() throws {
        let bench = try Bench()
        let listener = try TCPListener(loop: bench.loop)
        listener.close()
        let failure = #expect(throws: HTTPClientFailure.self) {
            try outcome(bench, bench.client(port: listener.port)).get()
        }
        guard case .notSent(.connection(.connectFailed(let error)))? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(error.text == "Connection refused")
    }

    @Test func `a name that does not resolve means not sent`() throws {
        let bench = try Bench()
        let resolver = try Resolver(loop: bench.loop, timeout: .seconds(2))
        let client = HTTPClient(
            origin: Origin(scheme: .http, host: "nowhere.invalid"), loop: bench.loop, resolver: resolver,
            random: RandomSource(seed: 1))
        let failure = #expect(throws: HTTPClientFailure.self) { try outcome(bench, client).get() }
        guard case .notSent(.connection(.resolveFailed(let reason)))? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(reason.host == "nowhere.invalid")
    }

    @Test func `a deadline that passes after the request left means unknown`() throws {
        let bench = try Bench()
        let handler = Handler()
        handler.answer = { _ in nil }
        let server = try bench.server(handler)
        let result = try outcome(bench, bench.client(port: server.port), within: .milliseconds(100))
        #expect(result == .failure(.unknown(.deadline)))
        #expect(handler.requests.count == 1)
    }

    @Test func `a deadline that passes in the queue means not sent`() throws {
        let bench = try Bench()
        let handler = Handler()
        handler.answer = { _ in nil }
        let server = try bench.server(handler)
        let client = bench.client(port: server.port)
        client.send(HTTPRequest(method: .get, target: "/first"), deadline: bench.soon) { _ in }
        try bench.run("the first request") { handler.requests.count == 1 }
        #expect(try outcome(bench, client, within: .milliseconds(50)) == .failure(.notSent(.deadline)))
        #expect(handler.requests.map(\.target) == ["/first"])
    }

    @Test func `a server that closes without answering means unknown`() throws {
        let bench = try Bench()
        let (listener, keep) = try rawServer(bench) { connection, _ in connection.close() }
        let result = try outcome(bench, bench.client(port: listener.port))
        #expect(result == .failure(.unknown(.connection(.endOfStream))))
        #expect(keep.connections.count == 1, "a request that left is never repeated")
    }

    @Test func `a server that closes in the middle of its answer means unknown`() throws {
        let bench = try Bench()
        let (listener, keep) = try rawServer(bench) { connection, _ in
            _ = connection.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".utf8))
            connection.finish()
        }
        let result = try outcome(bench, bench.client(port: listener.port))
        #expect(result == .failure(.unknown(.connection(.endOfStream))))
        withExtendedLifetime(keep) {}
    }

    @Test func `a reset means unknown`() throws {
        let bench = try Bench()
        let (listener, keep) = try rawServer(bench) { connection, _ in connection.abort() }
        let failure = #expect(throws: HTTPClientFailure.self) {
            try outcome(bench, bench.client(port: listener.port)).get()
        }
        guard case .unknown(.connection(.broken))? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        withExtendedLifetime(keep) {}
    }

    @Test func `an answer that is not HTTP means unknown`() throws {
        let bench = try Bench()
        let (listener, keep) = try rawServer(bench) { connection, _ in
            _ = connection.write(Array("SSH-2.0-OpenSSH_9.2\r\n\r\n".utf8))
        }
        let failure = #expect(throws: HTTPClientFailure.self) {
            try outcome(bench, bench.client(port: listener.port)).get()
        }
        guard case .unknown(.malformedResponse)? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        withExtendedLifetime(keep) {}
    }

    @Test func `a body that ends with the connection is a response`() throws {
        let bench = try Bench()
        let (listener, keep) = try rawServer(bench) { connection, _ in
            _ = connection.write(Array("HTTP/1.1 200 OK\r\n\r\nuntil the end".utf8))
            connection.finish()
        }
        #expect(try outcome(bench, bench.client(port: listener.port)).get().text == "until the end")
        withExtendedLifetime(keep) {}
    }

    @Test func `an idle connection that the server closed is replaced before the next request`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let client = bench.client(port: server.port)
        #expect(try outcome(bench, client).get().status == 200)
        server.drop(connectionID: 1)
        try bench.run("a new connection") { server.connectionCount == 1 && client.openConnections == 1 }
        #expect(try outcome(bench, client).get().status == 200)
        #expect(handler.tokens.map(\.connectionID) == [1, 2])
    }

    @Test func `a request that crosses the server's close on the wire is unknown and not repeated`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let client = bench.client(port: server.port)
        #expect(try outcome(bench, client).get().status == 200)
        server.drop(connectionID: 1)
        let result = try outcome(bench, client)
        guard case .failure(.unknown(.connection)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(handler.requests.count == 1)
    }

    @Test func `a server that comes back is found again after the backoff`() throws {
        let bench = try Bench()
        let listener = try TCPListener(loop: bench.loop)
        listener.close()
        let client = bench.client(port: listener.port) { $0.firstBackoff = .milliseconds(10) }
        for _ in 0..<3 {
            guard case .failure(.notSent) = try outcome(bench, client) else {
                Issue.record("a refused connection is certain")
                return
            }
        }
        let handler = Handler()
        let server = try HTTPServer(loop: bench.loop, port: listener.port)
        handler.server = server
        server.handler = handler
        #expect(try outcome(bench, client).get().status == 200)
    }

    @Test func `a full queue refuses and a closed client reports each request once`() throws {
        let bench = try Bench()
        let handler = Handler()
        handler.answer = { _ in nil }
        let server = try bench.server(handler)
        let client = bench.client(port: server.port) { $0.maxQueued = 2 }
        var outcomes: [Int: HTTPClientFailure] = [:]
        func send(_ number: Int) {
            client.send(ask, deadline: bench.soon) { if case .failure(let failure) = $0 { outcomes[number] = failure } }
        }
        send(0)
        try bench.run("the first request") { handler.requests.count == 1 }
        for number in 1...3 { send(number) }
        try bench.run("a refusal") { outcomes.count == 1 }
        client.close()
        try bench.run("all outcomes") { outcomes.count == 4 }
        #expect(
            outcomes == [
                0: .unknown(.clientClosed), 1: .notSent(.clientClosed), 2: .notSent(.clientClosed),
                3: .notSent(.queueFull),
            ])
    }

    @Test func `secure origins without trusted certificates are not connected to`() throws {
        let bench = try Bench()
        let client = HTTPClient(
            origin: Origin(scheme: .https, host: "127.0.0.1", port: 1), loop: bench.loop, resolver: bench.resolver,
            random: RandomSource(seed: 1))
        guard case .failure(.notSent(.connection(.tls))) = try outcome(bench, client) else {
            Issue.record("expected a refusal")
            return
        }
    }
}

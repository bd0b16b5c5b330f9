internal import Fundamentals
internal import SystemIO
import Testing
internal import Wire

@Suite struct `HTTP between our client and our server` {
    @Test func `ten thousand small requests use one connection`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let client = bench.client(port: server.port)
        var done = 0
        func next(_ number: Int) {
            let request = HTTPRequest(method: .post, target: "/\(number)", body: Array("\(number)".utf8))
            client.send(request, deadline: bench.soon) { result in
                if case .success(let response) = result, response.text == "\(number)" { done += 1 }
                if number < 10_000 { next(number + 1) }
            }
        }
        next(1)
        try bench.run(until: { done == 10_000 })
        #expect(Set(handler.tokens.map(\.connectionID)).count == 1)
        #expect(handler.tokens.last?.sequence == 10_000)
    }

    @Test func `bodies of eight megabytes arrive whole in both directions`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler) { $0.maxBodyBytes = 16 << 20 }
        let client = bench.client(port: server.port) { $0.transport.maxWriteBuffer = 16 << 20 }
        var random = RandomSource(seed: 7)
        let body = (0..<(8 << 20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var echoed: [UInt8]?
        client.send(HTTPRequest(method: .post, target: "/", body: body), deadline: bench.soon) { result in
            echoed = (try? result.get())?.body ?? []
        }
        try bench.run(until: { echoed != nil })
        #expect(echoed == body)
    }

    @Test func `requests beyond the pool wait their turn and all are answered`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let client = bench.client(port: server.port) { $0.connections = 4 }
        var answers: [String] = []
        for number in 0..<100 {
            let request = HTTPRequest(method: .post, target: "/", body: Array("\(number)".utf8))
            client.send(request, deadline: bench.soon) { if case .success(let r) = $0 { answers.append(r.text) } }
        }
        try bench.run(until: { answers.count == 100 })
        #expect(Set(answers).count == 100)
        #expect(Set(handler.tokens.map(\.connectionID)).count == 4)
    }
}

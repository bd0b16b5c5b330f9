import Cryptography
import Fundamentals
import Testing

@Suite struct `An established TLS session carries bytes` {
    @Test func `what was sent before the handshake ended arrives after it`() throws {
        let pair = try Pair()
        try pair.client.send([1, 2, 3])
        try pair.server.send([4, 5])
        try pair.settle()
        #expect(pair.server.takePlaintext() == [1, 2, 3])
        #expect(pair.client.takePlaintext() == [4, 5])
        #expect(pair.server.takePlaintext().isEmpty)
    }

    @Test func `one byte at a time is as good as all at once`() throws {
        var pair = try Pair()
        pair.chunk = 1
        try pair.settle()
        try pair.client.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        try pair.settle()
        #expect(pair.server.takePlaintext() == Array("GET / HTTP/1.1\r\n\r\n".utf8))
        try pair.server.send([])
        try pair.server.send([9])
        try pair.settle()
        #expect(pair.client.takePlaintext() == [9])
    }

    @Test func `three megabytes go each way`() throws {
        var pair = try Pair()
        pair.chunk = 50_000
        try pair.settle()
        var random = RandomSource(seed: 3)
        let payload = random.bytes(3_000_000)
        try pair.client.send(payload)
        try pair.server.send(Array(payload.reversed()))
        try pair.settle()
        var received: [UInt8] = []
        pair.server.takePlaintext(into: &received)
        #expect(received == payload)
        #expect(pair.client.takePlaintext() == Array(payload.reversed()))
    }

    @Test func `the closing alert ends the stream in one direction`() throws {
        let pair = try Pair()
        try pair.settle()
        try pair.client.send([1])
        pair.client.shutDown()
        #expect(throws: TLSError.closed) { try pair.client.send([2]) }
        try pair.settle()
        #expect(pair.server.takePlaintext() == [1])
        #expect(pair.server.isPeerClosed)
        try pair.server.receiveEnd()
        try pair.server.send([3])
        try pair.settle()
        #expect(pair.client.takePlaintext() == [3])
    }

    @Test func `an end without the closing alert is an error`() throws {
        let pair = try Pair()
        try pair.settle()
        #expect(throws: TLSError.truncated) { try pair.client.receiveEnd() }
        let unfinished = try Pair()
        #expect(throws: TLSError.truncated) { try unfinished.client.receiveEnd() }
    }

    @Test func `one context serves many sessions`() throws {
        let certificates = try TestCertificates.shared.get()
        let clients = try TLSContext(trust: .certificateFile(path: certificates.authority))
        let servers = try TLSContext(certificatePath: certificates.good.certificate, keyPath: certificates.good.key)
        for _ in 0..<5 {
            let client = try TLSSession(client: clients, hostName: "localhost")
            let server = try TLSSession(server: servers)
            while !client.isEstablished || !server.isEstablished {
                try server.receive(client.takeOutgoing())
                try client.receive(server.takeOutgoing())
            }
        }
    }
}

@Suite struct `TLS survives hostile ciphertext` {
    @Test func `a flipped bit in a record is an error that lasts`() throws {
        let pair = try Pair()
        try pair.settle()
        try pair.client.send(Array("order".utf8))
        var record = pair.client.takeOutgoing()
        record[record.count - 1] ^= 1
        #expect(throws: TLSError.self) { try pair.server.receive(record) }
        #expect(throws: TLSError.self) { try pair.server.receive([0]) }
        #expect(pair.server.takePlaintext().isEmpty)
    }

    @Test func `garbage in place of a handshake is an error`() throws {
        let pair = try Pair()
        #expect(throws: TLSError.self) { try pair.client.receive(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)) }
        #expect(throws: TLSError.self) { try pair.server.receive(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) }
    }

    @Test func `a thousand mutated conversations neither trap nor deliver changed plaintext`() throws {
        let certificates = try TestCertificates.shared.get()
        let clients = try TLSContext(trust: .certificateFile(path: certificates.authority))
        let servers = try TLSContext(certificatePath: certificates.good.certificate, keyPath: certificates.good.key)
        var random = RandomSource(seed: 99)
        for _ in 0..<1_000 {
            let client = try TLSSession(client: clients, hostName: "localhost")
            let server = try TLSSession(server: servers)
            try client.send([42])
            do throws(TLSError) {
                for _ in 0..<4 {
                    try server.receive(mutated(client.takeOutgoing(), &random))
                    try client.receive(mutated(server.takeOutgoing(), &random))
                }
            } catch {
                _ = client.takeOutgoing()
                _ = server.takeOutgoing()
            }
            let delivered = server.takePlaintext()
            #expect(delivered.isEmpty || delivered == [42])
        }
    }

    /// Half of the time one byte is changed, dropped or added.
    private func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        guard !bytes.isEmpty, random.chance(1, in: 2) else { return bytes }
        var bytes = bytes
        let index = Int(random.integer(in: 0...Int64(bytes.count - 1)))
        switch random.integer(in: 0...2) {
        case 0: bytes[index] ^= UInt8(truncatingIfNeeded: random.next() | 1)
        case 1: bytes.remove(at: index)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
        }
        return bytes
    }
}

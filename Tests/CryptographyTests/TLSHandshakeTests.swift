import Cryptography
import Fundamentals
import Foundation
import Testing

/// Two ends in memory, and the carrying of bytes between them.
struct Pair {
    let client: TLSSession
    let server: TLSSession
    /// What the network delivers at once.
    var chunk = Int.max

    init(
        host: String = "localhost", trust: TLSTrust? = nil, certificate: (certificate: String, key: String)? = nil
    ) throws {
        let certificates = try TestCertificates.shared.get()
        let (path, key) = certificate ?? certificates.good
        client = try TLSSession(hostName: host, trust: trust ?? .certificateFile(path: certificates.authority))
        server = try TLSSession(certificatePath: path, keyPath: key)
    }

    /// Carries bytes until both ends are silent.
    func settle() throws {
        while true {
            let toServer = client.takeOutgoing()
            try deliver(toServer, to: server)
            let toClient = server.takeOutgoing()
            try deliver(toClient, to: client)
            if toServer.isEmpty, toClient.isEmpty { return }
        }
    }

    private func deliver(_ bytes: [UInt8], to end: TLSSession) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try end.receive(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
    }

    /// The client's reason to refuse the server.
    func refusal() -> TLSError? {
        do {
            try settle()
            return nil
        } catch { return error as? TLSError }
    }
}

@Suite struct `A TLS client believes only a proven server` {
    @Test(arguments: ["localhost", "LOCALHOST", "127.0.0.1", "::1", "[::1]"])
    func `a server with a trusted certificate for the name is accepted`(host: String) throws {
        let pair = try Pair(host: host)
        try pair.settle()
        #expect(pair.client.isEstablished)
        #expect(pair.server.isEstablished)
        #expect(pair.client.version == "TLSv1.3")
        #expect(pair.client.agreedOnHTTP)
        #expect(pair.server.agreedOnHTTP)
    }

    @Test func `an authority may be given as PEM text`() throws {
        let path = try TestCertificates.shared.get().authority
        let pair = try Pair(trust: .certificates(pem: String(contentsOfFile: path, encoding: .utf8)))
        try pair.settle()
        #expect(pair.client.isEstablished)
    }

    @Test(arguments: ["example.org", "localhost.example.org", "127.0.0.2", "::2"])
    func `another host's certificate is refused`(host: String) throws {
        guard case .certificateRefused(.wrongHost, let detail)? = try Pair(host: host).refusal() else {
            Issue.record("not refused as the wrong host")
            return
        }
        #expect(detail.contains("mismatch"))
    }

    @Test func `an authority that is not trusted is refused`() throws {
        let certificates = try TestCertificates.shared.get()
        for trust in [TLSTrust.certificateFile(path: certificates.otherAuthority), .system] {
            guard case .certificateRefused(.unknownIssuer, _)? = try Pair(trust: trust).refusal() else {
                Issue.record("not refused as of unknown issuer")
                return
            }
        }
    }

    @Test func `a certificate past its time is refused`() throws {
        let expired = try TestCertificates.shared.get().expired
        guard case .certificateRefused(.expired, let detail)? = try Pair(certificate: expired).refusal() else {
            Issue.record("not refused as expired")
            return
        }
        #expect(detail == "certificate has expired")
    }

    @Test func `a self-signed certificate is refused`() throws {
        let selfSigned = try TestCertificates.shared.get().selfSigned
        guard case .certificateRefused(.selfSigned, _)? = try Pair(certificate: selfSigned).refusal() else {
            Issue.record("not refused as self-signed")
            return
        }
    }

    @Test func `the server learns of a refusal and stays refused`() throws {
        let pair = try Pair(host: "example.org")
        let refusal = try #require(pair.refusal())
        #expect(throws: refusal) { try pair.client.receive([0]) }
        #expect(throws: refusal) { try pair.client.send([0]) }
        #expect(!pair.client.isEstablished)
        let alert = pair.client.takeOutgoing()
        #expect(!alert.isEmpty)
        #expect(throws: TLSError.self) { try pair.server.receive(alert) }
        #expect(pair.server.takePlaintext().isEmpty)
    }

    @Test func `a server that only speaks TLS 1.1 is refused`() throws {
        let trust = TLSTrust.certificateFile(path: try TestCertificates.shared.get().authority)
        let client = try TLSSession(hostName: "localhost", trust: trust)
        // ServerHello: version 3.2, random, no session, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, no compression.
        let hello: [UInt8] = [2, 0, 0, 38, 3, 2] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x13, 0]
        do throws(TLSError) {
            try client.receive([22, 3, 2, 0, UInt8(hello.count)] + hello)
            Issue.record("accepted")
        } catch { #expect(error == .handshakeFailed("unsupported protocol")) }
    }

    @Test func `a client that only speaks TLS 1.1 is refused`() throws {
        let (certificate, key) = try TestCertificates.shared.get().good
        let server = try TLSSession(certificatePath: certificate, keyPath: key)
        // ClientHello: version 3.2, random, no session, one cipher, no compression, no extensions.
        let hello: [UInt8] =
            [1, 0, 0, 41, 3, 2] + [UInt8](repeating: 7, count: 32) + [0, 0, 2, 0xC0, 0x13, 1, 0]
        do throws(TLSError) {
            try server.receive([22, 3, 1, 0, UInt8(hello.count)] + hello)
            Issue.record("accepted")
        } catch { #expect(error == .handshakeFailed("unsupported protocol")) }
        #expect(server.takeOutgoing().starts(with: [21]))
    }
}

@Suite struct `TLS refuses a configuration it cannot use` {
    @Test(arguments: ["", "[]", "a b", "good.example\0.evil.example", "münchen.example"])
    func `host names`(host: String) {
        #expect(throws: TLSError.configuration("`\(host)` is no host name")) {
            try TLSSession(hostName: host, trust: .system)
        }
    }

    @Test func `trust that holds no certificate`() throws {
        #expect(throws: TLSError.self) { try TLSContext(trust: .certificates(pem: "")) }
        #expect(throws: TLSError.self) { try TLSContext(trust: .certificates(pem: "-----BEGIN CERTIFICATE-----\n")) }
        #expect(throws: TLSError.self) { try TLSContext(trust: .certificateFile(path: "no/such/file.pem")) }
    }

    @Test func `a missing certificate, a missing key and a key of another certificate`() throws {
        let certificates = try TestCertificates.shared.get()
        let (certificate, key) = certificates.good
        #expect(throws: TLSError.self) { try TLSContext(certificatePath: "no/such/file.pem", keyPath: key) }
        #expect(throws: TLSError.self) { try TLSContext(certificatePath: certificate, keyPath: "no/such/file.pem") }
        #expect(throws: TLSError.self) {
            try TLSContext(certificatePath: certificate, keyPath: certificates.expired.key)
        }
    }

    @Test func `errors say what was wrong in a sentence`() {
        #expect("\(TLSError.truncated)" == "the connection ended without a TLS closing alert")
        #expect(
            "\(TLSError.certificateRefused(.expired, detail: "certificate has expired"))"
                == "certificate refused, expired: certificate has expired")
    }
}

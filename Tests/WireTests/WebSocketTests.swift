import Fundamentals
import Testing
import Wire

@Suite struct `WebSocket frames` {
    static let mask: UInt32 = 0x37FA_213D

    /// The examples of RFC 6455 §5.7.
    @Test func `read as in the standard`() {
        #expect(
            messages([[0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]], as: .client).messages == [.text(bytes("Hello"))])
        let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(messages([masked], as: .server).messages == [.text(bytes("Hello"))])
        let fragments: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]
        #expect(messages([fragments], as: .client).messages == [.text(bytes("Hello"))])
        var wire: [UInt8] = []
        WebSocketMessage.text(bytes("Hello")).encode(maskedWith: Self.mask, into: &wire)
        #expect(wire == masked)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 125, 126, 65_535, 65_536, 70_003], [WebSocketRole.client, .server])
    func `come back as they were sent, at every length`(_ count: Int, _ role: WebSocketRole) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var wire: [UInt8] = []
        WebSocketMessage.binary(payload).encode(maskedWith: role == .server ? Self.mask : nil, into: &wire)
        #expect(messages([wire], as: role).messages == [.binary(payload)])
    }

    static func conversation(_ mask: UInt32?) -> [UInt8] {
        var wire: [UInt8] = []
        for message: WebSocketMessage in [
            .text(bytes("grüße €🎉")), .ping(bytes("p")), .pong([]), .binary([0, 255]), .text([]),
        ] { message.encode(maskedWith: mask, into: &wire) }
        // A text in three fragments, a character split between them, with a ping amid.
        for (first, payload) in [(0x01, [0xE2]), (0x00, [0x82]), (0x89, [0x21]), (0x80, [0xAC])] as [(UInt8, [UInt8])] {
            var frame: [UInt8] = []
            WebSocketMessage.binary(payload).encode(maskedWith: mask, into: &frame)
            frame[0] = first
            wire += frame
        }
        WebSocketMessage.close(code: 1000, reason: "bye").encode(maskedWith: mask, into: &wire)
        return wire + [0xFF]
    }

    @Test(arguments: [WebSocketRole.client, .server])
    func `are reassembled, however the bytes are cut`(_ role: WebSocketRole) {
        var random = RandomSource(seed: 3)
        for pieces in cuts(Self.conversation(role == .server ? Self.mask : nil), &random) {
            let outcome = messages(pieces, as: role)
            #expect(outcome.error == nil)
            #expect(
                outcome.messages == [
                    .text(bytes("grüße €🎉")), .ping(bytes("p")), .pong([]), .binary([0, 255]), .text([]), .ping([0x21]),
                    .text(bytes("€")), .close(code: 1000, reason: "bye"),
                ])
        }
    }

    @Test(
        arguments: [
            ([0xC1, 0x00], 1002), ([0xA1, 0x00], 1002), ([0x91, 0x00], 1002), ([0x83, 0x00], 1002),
            ([0x8B, 0x00], 1002),
            ([0x80, 0x00], 1002), ([0x01, 0x00, 0x81, 0x00], 1002), ([0x09, 0x00], 1002),
            ([0x89, 0x7E, 0x00, 0x7E], 1002),
            ([0x81, 0x80], 1002), ([0x88, 0x01, 0x03], 1002), ([0x88, 0x02, 0x03, 0xED], 1002),
            ([0x88, 0x02, 0x03, 0xEE], 1002), ([0x88, 0x02, 0x03, 0xF7], 1002), ([0x88, 0x02, 0x03, 0xE7], 1002),
            ([0x88, 0x02, 0x13, 0x88], 1002), ([0x88, 0x03, 0x03, 0xE8, 0xFF], 1007), ([0x81, 0x01, 0xFF], 1007),
            ([0x81, 0x02, 0xC0, 0x80], 1007), ([0x81, 0x03, 0xED, 0xA0, 0x80], 1007), ([0x81, 0x01, 0xE2], 1007),
            ([0x01, 0x01, 0xFF], 1007), ([0x81, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0], 1002),
            ([0x81, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1009), ([0x81, 0x7E, 0x04, 0x01], 1009),
        ] as [([UInt8], UInt16)])
    func `are refused with a close code when they break the rules`(_ wire: [UInt8], _ code: UInt16) {
        var decoder = WebSocketDecoder(role: .client, maxMessageBytes: 1_024)
        decoder.append(wire)
        #expect(throws: WireError.self) { while try decoder.next() != nil {} }
        #expect(decoder.failureCode == code)
        #expect(messages([wire], as: .client, maxMessageBytes: 1_024).error != nil)
        #expect(
            messages([wire], as: .client, maxMessageBytes: 1_024)
                == messages(wire.map { [$0] }, as: .client, maxMessageBytes: 1_024))
    }

    @Test func `of a client must be masked`() {
        #expect(messages([[0x81, 0x00]], as: .server).error?.offset == 1)
    }

    @Test func `add up to no more than agreed`() {
        let fragments: [UInt8] = [0x02, 0x03, 1, 2, 3, 0x80, 0x02, 4, 5]
        #expect(messages([fragments], as: .client, maxMessageBytes: 5).messages == [.binary([1, 2, 3, 4, 5])])
        #expect(messages([fragments], as: .client, maxMessageBytes: 4).error != nil)
    }

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999] as [UInt16])
    func `may close with any code meant for the wire`(_ code: UInt16) {
        var wire: [UInt8] = []
        WebSocketMessage.close(code: code, reason: "").encode(maskedWith: nil, into: &wire)
        #expect(messages([wire], as: .client).messages == [.close(code: code, reason: "")])
    }

    @Test func `cut a long reason between characters`() {
        var wire: [UInt8] = []
        WebSocketMessage.close(code: 1000, reason: String(repeating: "é", count: 100)).encode(
            maskedWith: nil, into: &wire)
        #expect(
            messages([wire], as: .client).messages == [.close(code: 1000, reason: String(repeating: "é", count: 61))])
    }

    @Test(arguments: UInt64(1)...20)
    func `never trap or depend on the cut when damaged`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for role in [WebSocketRole.client, .server] {
            let whole = Self.conversation(role == .server ? Self.mask : nil)
            for _ in 0..<100 {
                let damaged = mutated(whole, &random)
                let outcomes = cuts(damaged, &random).map { messages($0, as: role, maxMessageBytes: 4_096) }
                #expect(outcomes.allSatisfy { $0 == outcomes[0] }, "\(damaged)")
            }
        }
    }

    /// The standard library's validation is the oracle.
    @Test func `accept exactly the text that is UTF-8`() {
        var random = RandomSource(seed: 4)
        let interesting: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF,
        ]
        let leads: [UInt8] = [0xF0, 0xF1, 0xF4, 0xF5, 0xFF, 0x41]
        let alphabet = interesting + leads
        for _ in 0..<20_000 {
            let payload = (0..<random.integer(in: 1...6)).map { _ in
                alphabet[Int(random.integer(in: 0...Int64(alphabet.count - 1)))]
            }
            let outcome = messages([[0x81, UInt8(payload.count)] + payload], as: .client)
            let isValid = String(validating: payload, as: UTF8.self) != nil
            #expect((outcome.error == nil) == isValid, "\(payload)")
            let json = [UInt8(ascii: "\"")] + payload.filter { $0 >= 0x20 } + [UInt8(ascii: "\"")]
            let isValidJSON = String(validating: json, as: UTF8.self) != nil
            #expect(((try? JSONValue.parse(json)) != nil) == isValidJSON, "\(json)")
        }
    }
}

@Suite struct `The WebSocket handshake` {
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    static func request(_ change: (inout HTTPRequest) -> Void = { _ in }) -> HTTPRequest {
        var request = WebSocketHandshake.request(target: "/chat", host: "server.example.com", key: key)
        change(&request)
        return request
    }

    @Test func `answers as in the standard`() throws {
        #expect(WebSocketHandshake.key(bytes("the sample nonce")) == Self.key)
        let response = try WebSocketHandshake.accept(Self.request())
        #expect(response.status == 101)
        #expect(response.headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        try WebSocketHandshake.verify(response, key: Self.key)
    }

    @Test func `survives the way over HTTP`() throws {
        var wire: [UInt8] = []
        Self.request().encode(into: &wire)
        let request = try #require(requests([wire]).messages.first)
        #expect(WebSocketHandshake.isUpgrade(request))
        var reply: [UInt8] = []
        try WebSocketHandshake.accept(request).encode(into: &reply)
        let response = try #require(responses([reply]).messages.first)
        try WebSocketHandshake.verify(response, key: Self.key)
    }

    @Test func `refuses requests that break the rules`() {
        func set(_ name: String, _ value: String?) -> HTTPRequest {
            Self.request { request in
                request.headers.fields.removeAll { $0.name == name }
                if let value { request.headers.append(name, value) }
            }
        }
        let refused = [
            Self.request { $0.method = .post }, Self.request { $0.isHTTP10 = true }, Self.request { $0.body = [1] },
            set("Upgrade", nil), set("Upgrade", "h2c"), set("Connection", "keep-alive"), set("Connection", nil),
            set("Sec-WebSocket-Version", "8"), set("Sec-WebSocket-Version", nil), set("Sec-WebSocket-Key", nil),
            set("Sec-WebSocket-Key", "c2hvcnQ="), set("Sec-WebSocket-Key", "!"),
            Self.request { $0.headers.append("Sec-WebSocket-Key", Self.key) },
        ]
        for request in refused { #expect(throws: WireError.self) { try WebSocketHandshake.accept(request) } }
        #expect(throws: Never.self) { try WebSocketHandshake.accept(set("Connection", "keep-alive, upgrade")) }
    }

    @Test func `refuses responses that break the rules`() throws {
        func changed(_ change: (inout HTTPResponse) -> Void) throws -> HTTPResponse {
            var response = try WebSocketHandshake.accept(Self.request())
            change(&response)
            return response
        }
        let refused = try [
            changed { $0.status = 200 }, changed { $0.headers.fields.removeFirst() },
            changed { $0.headers.fields.remove(at: 1) }, changed { $0.headers.fields.removeLast() },
            changed { $0.headers.fields[2].value = "AAAA" },
            changed { $0.headers.append("Sec-WebSocket-Extensions", "permessage-deflate") },
            changed { $0.headers.append("Sec-WebSocket-Protocol", "chat") },
        ]
        for response in refused {
            #expect(throws: WireError.self) { try WebSocketHandshake.verify(response, key: Self.key) }
        }
    }
}

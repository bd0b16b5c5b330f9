/// RFC 6455 framing: bytes in, whole messages out; text is checked to be UTF-8.
///
/// After an error `next()` keeps throwing; the owner sends a close with `failureCode` and drops the connection. After
/// a close frame whatever follows is ignored.
public struct WebSocketDecoder: Sendable {
    private struct Header {
        var isFinal: Bool
        var opcode: WebSocketFrame.Opcode
        var mask: UInt32?
        var headerBytes: Int
        var payloadBytes: Int
    }

    private struct Failure { var error: WireError, code: UInt16 }

    private let role: WebSocketRole
    private let maxMessageBytes: Int
    private var buffer = ReceiveBuffer()
    /// Kind, payload and text check of a message whose last fragment is still to come.
    private var kind: WebSocketFrame.Opcode?
    private var assembled: [UInt8] = []
    private var validator = UTF8Validator()
    private var isClosed = false
    private var failure: Failure?

    /// - Parameter role: the side that decodes: servers insist on masked frames, clients on unmasked ones.
    public init(role: WebSocketRole, maxMessageBytes: Int = 4 << 20) {
        self.role = role
        self.maxMessageBytes = maxMessageBytes
    }

    /// Adds received bytes.
    public mutating func append(_ bytes: [UInt8]) {
        if !isClosed { buffer.append(bytes) }
    }

    /// After `next()` threw: 1002 protocol error, 1007 text that is not UTF-8, 1009 message too big.
    public var failureCode: UInt16? { failure?.code }

    /// The next message or control frame, or nil until more bytes arrive. Offsets of errors count from the start of
    /// the frame.
    public mutating func next() throws(WireError) -> WebSocketMessage? {
        if let failure { throw failure.error }
        while !isClosed {
            buffer.beginMessage()
            guard let header = try readHeader(), buffer.count - header.headerBytes >= header.payloadBytes else {
                return nil
            }
            buffer.consume(header.headerBytes)
            var payload = buffer.take(header.payloadBytes)
            if let mask = header.mask { WebSocketFrame.toggleMask(mask, over: &payload, from: 0) }
            if let message = try handle(header, payload) { return message }
        }
        return nil
    }

    private mutating func fail(_ offset: Int, _ reason: String, code: UInt16 = 1002) -> WireError {
        let error = WireError(offset: offset, reason: reason)
        failure = Failure(error: error, code: code)
        return error
    }

    /// Nil until the header is complete. Each byte is judged as soon as it is there.
    private mutating func readHeader() throws(WireError) -> Header? {
        guard buffer.count >= 1 else { return nil }
        let first = buffer[0]
        guard first & 0x70 == 0 else { throw fail(0, "reserved bits are set, but no extension was agreed") }
        guard let opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F) else {
            throw fail(0, "the opcode is reserved")
        }
        let isFinal = first & 0x80 != 0
        guard !opcode.isControl || isFinal else { throw fail(0, "a control frame may not be fragmented") }
        if !opcode.isControl, (opcode == .continuation) != (kind != nil) {
            let reason = kind == nil ? "a continuation of nothing" : "a new message before the last fragment of another"
            throw fail(0, reason)
        }
        guard buffer.count >= 2 else { return nil }
        let isMasked = buffer[1] & 0x80 != 0
        guard isMasked == (role == .server) else {
            throw fail(1, isMasked ? "a server may not mask its frames" : "a client must mask its frames")
        }
        let short = Int(buffer[1] & 0x7F)
        guard !opcode.isControl || short <= WebSocketFrame.maxControlPayload else {
            throw fail(1, "a control frame carries at most 125 bytes")
        }
        let lengthBytes = short == 127 ? 8 : short == 126 ? 2 : 0
        guard buffer.count >= 2 + lengthBytes else { return nil }
        let length = lengthBytes == 0 ? UInt64(short) : bigEndian(2, lengthBytes)
        guard length >> 63 == 0 else { throw fail(2, "the top bit of a 64-bit length must be zero") }
        guard opcode.isControl || length <= UInt64(max(0, maxMessageBytes - assembled.count)) else {
            throw fail(2, "the message is larger than \(maxMessageBytes) bytes", code: 1009)
        }
        let headerBytes = 2 + lengthBytes + (isMasked ? 4 : 0)
        guard buffer.count >= headerBytes else { return nil }
        let mask = isMasked ? UInt32(bigEndian(2 + lengthBytes, 4)) : nil
        return Header(
            isFinal: isFinal, opcode: opcode, mask: mask, headerBytes: headerBytes, payloadBytes: Int(length))
    }

    private func bigEndian(_ start: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in start..<start + count { value = value << 8 | UInt64(buffer[index]) }
        return value
    }

    private mutating func handle(_ header: Header, _ payload: [UInt8]) throws(WireError) -> WebSocketMessage? {
        switch header.opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong(payload)
        case .close: return try close(payload, header)
        case .text, .binary:
            kind = header.opcode
            assembled = payload
        case .continuation: assembled.append(contentsOf: payload)
        }
        if kind == .text {
            guard validator.accept(payload[...]), !header.isFinal || validator.isComplete else {
                throw fail(header.headerBytes, "text must be UTF-8", code: 1007)
            }
        }
        guard header.isFinal else { return nil }
        let message: WebSocketMessage = kind == .text ? .text(assembled) : .binary(assembled)
        kind = nil
        assembled = []
        return message
    }

    private mutating func close(_ payload: [UInt8], _ header: Header) throws(WireError) -> WebSocketMessage {
        var code: UInt16?
        if !payload.isEmpty {
            guard payload.count >= 2 else { throw fail(header.headerBytes, "a close code takes two bytes") }
            let given = UInt16(payload[0]) << 8 | UInt16(payload[1])
            guard WebSocketCloseCode.isValid(given) else {
                throw fail(header.headerBytes, "close code \(given) may not be sent")
            }
            code = given
        }
        var reason = UTF8Validator()
        guard reason.accept(payload.dropFirst(2)), reason.isComplete else {
            throw fail(header.headerBytes + 2, "the reason of a close must be UTF-8", code: 1007)
        }
        isClosed = true
        buffer = ReceiveBuffer()
        return .close(code: code, reason: String(decoding: payload.dropFirst(2), as: UTF8.self))
    }
}

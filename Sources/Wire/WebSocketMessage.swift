public enum WebSocketRole: Hashable, Sendable { case client, server }

/// A complete message or control frame.
public enum WebSocketMessage: Hashable, Sendable {
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    /// Without a code there is no reason either.
    case close(code: UInt16?, reason: String)

    /// Appends one frame; clients must mask, servers must not. The reason of a close is cut to the 123 bytes that fit.
    /// - Precondition: a ping or pong carries at most 125 bytes.
    public func encode(maskedWith mask: UInt32?, into bytes: inout [UInt8]) {
        switch self {
        case .text(let payload): WebSocketFrame.append(.text, payload, mask, to: &bytes)
        case .binary(let payload): WebSocketFrame.append(.binary, payload, mask, to: &bytes)
        case .ping(let payload): WebSocketFrame.append(.ping, payload, mask, to: &bytes)
        case .pong(let payload): WebSocketFrame.append(.pong, payload, mask, to: &bytes)
        case .close(let code, let reason):
            WebSocketFrame.append(.close, WebSocketCloseCode.payload(code, reason), mask, to: &bytes)
        }
    }
}

/// RFC 6455 §5.2, one frame.
enum WebSocketFrame {
    enum Opcode: UInt8, Sendable {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        var isControl: Bool { rawValue >= 0x8 }
    }

    static let maxControlPayload = 125

    static func append(_ opcode: Opcode, _ payload: [UInt8], _ mask: UInt32?, to bytes: inout [UInt8]) {
        precondition(
            !opcode.isControl || payload.count <= maxControlPayload, "a control frame carries at most 125 bytes")
        // Not for a buffer in use: exact reservations, repeated, would copy it each time.
        if bytes.isEmpty { bytes.reserveCapacity(14 + payload.count) }
        bytes.append(0x80 | opcode.rawValue)
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case ...125: bytes.append(maskBit | UInt8(payload.count))
        case ...0xFFFF:
            bytes.append(maskBit | 126)
            withUnsafeBytes(of: UInt16(payload.count).bigEndian) { bytes.append(contentsOf: $0) }
        default:
            bytes.append(maskBit | 127)
            withUnsafeBytes(of: UInt64(payload.count).bigEndian) { bytes.append(contentsOf: $0) }
        }
        guard let mask else {
            bytes.append(contentsOf: payload)
            return
        }
        withUnsafeBytes(of: mask.bigEndian) { bytes.append(contentsOf: $0) }
        let start = bytes.count
        bytes.append(contentsOf: payload)
        toggleMask(mask, over: &bytes, from: start)
    }

    /// Masking is its own inverse.
    static func toggleMask(_ mask: UInt32, over bytes: inout [UInt8], from start: Int) {
        let wide = UInt64(mask.bigEndian) | UInt64(mask.bigEndian) << 32
        bytes.withUnsafeMutableBytes { raw in
            var index = start
            while raw.count - index >= 8 {
                let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                raw.storeBytes(of: word ^ wide, toByteOffset: index, as: UInt64.self)
                index += 8
            }
            while index < raw.count {
                raw[index] ^= UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32((index - start) & 3)))
                index += 1
            }
        }
    }
}

/// RFC 6455 §7.4 and the IANA registry of close codes.
enum WebSocketCloseCode {
    /// What may appear on the wire: 1005, 1006 and 1015 are for programs only.
    static func isValid(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    static func payload(_ code: UInt16?, _ reason: String) -> [UInt8] {
        guard let code else { return [] }
        var payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
        for character in reason.unicodeScalars {
            let encoded = UTF8.encode(character)!
            guard payload.count + encoded.count <= WebSocketFrame.maxControlPayload else { break }
            payload.append(contentsOf: encoded)
        }
        return payload
    }
}

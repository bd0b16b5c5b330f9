import Fundamentals
import Wire

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// What a decoder gave until it ran dry or threw: equal for equal bytes, however they were cut.
struct Outcome<Message: Hashable>: Hashable {
    var messages: [Message] = []
    var error: WireError?
}

/// Cuts of `bytes` into pieces: whole, byte by byte, and at random.
func cuts(_ bytes: [UInt8], _ random: inout RandomSource) -> [[[UInt8]]] {
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = Int(random.integer(in: 1...Int64(min(rest.count, 40))))
        pieces.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
    }
    return [[bytes], bytes.map { [$0] }, pieces]
}

/// A copy with a few bytes changed, removed, inserted or repeated.
func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
    var result = bytes
    for _ in 0..<random.integer(in: 1...4) where !result.isEmpty {
        let index = Int(random.integer(in: 0...Int64(result.count - 1)))
        switch random.integer(in: 0...4) {
        case 0: result[index] = UInt8(truncatingIfNeeded: random.next())
        case 1: result.remove(at: index)
        case 2: result.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
        case 3: result.insert(result[Int(random.integer(in: 0...Int64(result.count - 1)))], at: index)
        default: result.removeSubrange(index..<min(result.count, index + Int(random.integer(in: 1...8))))
        }
    }
    return result
}

func requests(_ pieces: [[UInt8]], maxHeaderBytes: Int = 16_384, maxBodyBytes: Int = 1 << 20) -> Outcome<HTTPRequest> {
    var decoder = HTTPRequestDecoder(maxHeaderBytes: maxHeaderBytes, maxBodyBytes: maxBodyBytes)
    var outcome = Outcome<HTTPRequest>()
    do throws(WireError) {
        for piece in pieces {
            decoder.append(piece)
            while let message = try decoder.next() { outcome.messages.append(message) }
        }
    } catch { outcome.error = error }
    return outcome
}

func responses(
    _ pieces: [[UInt8]], answering method: HTTPMethod = .get, closes: Bool = false, maxBodyBytes: Int = 1 << 20
) -> Outcome<HTTPResponse> {
    var decoder = HTTPResponseDecoder(maxBodyBytes: maxBodyBytes)
    var outcome = Outcome<HTTPResponse>()
    do throws(WireError) {
        for piece in pieces {
            decoder.append(piece)
            while let message = try decoder.next(answering: method) { outcome.messages.append(message) }
        }
        if closes, let message = try decoder.finish() { outcome.messages.append(message) }
    } catch { outcome.error = error }
    return outcome
}

func messages(_ pieces: [[UInt8]], as role: WebSocketRole, maxMessageBytes: Int = 4 << 20) -> Outcome<WebSocketMessage>
{
    var decoder = WebSocketDecoder(role: role, maxMessageBytes: maxMessageBytes)
    var outcome = Outcome<WebSocketMessage>()
    do throws(WireError) {
        for piece in pieces {
            decoder.append(piece)
            while let message = try decoder.next() { outcome.messages.append(message) }
        }
    } catch { outcome.error = error }
    return outcome
}

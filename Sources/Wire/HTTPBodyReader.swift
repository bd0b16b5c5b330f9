/// Where a body ends.
enum HTTPBodyFraming: Sendable {
    case none
    case length(Int)
    case chunked
    case untilClose
}

/// Collects one message body from the bytes that follow its header section.
struct HTTPBodyReader: Sendable {
    private enum ChunkState: Sendable { case size, data(Int), dataEnd, trailer(fields: Int) }

    private(set) var framing: HTTPBodyFraming
    private(set) var bytes: [UInt8] = []
    private var chunk: ChunkState = .size
    private var scanner = HTTPLineScanner()
    private let limits: HTTPLimits

    init(_ framing: HTTPBodyFraming, limits: HTTPLimits) {
        self.framing = framing
        self.limits = limits
    }

    /// Consumes what is there; true once the body is complete.
    mutating func read(_ buffer: inout ReceiveBuffer) throws(HTTPRefusal) -> Bool {
        switch framing {
        case .none: return true
        case .length(let length):
            if length > limits.bodyBytes { throw tooLarge(buffer) }
            guard buffer.count >= length else { return false }
            bytes = buffer.take(length)
            return true
        case .chunked:
            while true {
                guard let finished = try readChunkPart(&buffer) else { return false }
                if finished { return true }
            }
        case .untilClose:
            guard buffer.count <= limits.bodyBytes - bytes.count else { throw tooLarge(buffer) }
            bytes.append(contentsOf: buffer.slice(0..<buffer.count))
            buffer.consume(buffer.count)
            return false
        }
    }

    /// One step of the chunked coding (RFC 9112 §7.1): nil without enough bytes, true at its end.
    private mutating func readChunkPart(_ buffer: inout ReceiveBuffer) throws(HTTPRefusal) -> Bool? {
        switch chunk {
        case .size:
            guard let line = try line(&buffer, limit: HTTPLimits.chunkLineBytes, status: 400) else { return nil }
            let size = try chunkSize(buffer.slice(line), buffer)
            consumeLines(&buffer)
            chunk = size == 0 ? .trailer(fields: 0) : .data(size)
        case .data(let size):
            guard !buffer.isEmpty else { return nil }
            let part = min(size, buffer.count)
            bytes.append(contentsOf: buffer.slice(0..<part))
            buffer.consume(part)
            chunk = part == size ? .dataEnd : .data(size - part)
        case .dataEnd:
            for (index, expected) in [ASCII.carriageReturn, ASCII.lineFeed].enumerated() {
                guard index < buffer.count else { return nil }
                guard buffer[index] == expected else {
                    throw HTTPRefusal(buffer.offset(of: index), "a chunk must be followed by CR LF")
                }
            }
            buffer.consume(2)
            chunk = .size
        case .trailer(let fields):
            guard let line = try line(&buffer, limit: limits.headerBytes, status: 431) else { return nil }
            guard fields < HTTPLimits.fields || line.isEmpty else {
                throw HTTPRefusal(buffer.offset(of: line.lowerBound), "too many trailer fields", status: 431)
            }
            guard !line.isEmpty else {
                consumeLines(&buffer)
                return true
            }
            chunk = .trailer(fields: fields + 1)
        }
        return false
    }

    /// The bytes so far; they no longer count against the limit.
    mutating func takeBytes() -> [UInt8] {
        let taken = bytes
        bytes = []
        return taken
    }

    private mutating func line(_ buffer: inout ReceiveBuffer, limit: Int, status: Int) throws(HTTPRefusal) -> Range<
        Int
    >? {
        try scanner.next(in: buffer, limit: limit, tooLong: status)
    }

    private mutating func consumeLines(_ buffer: inout ReceiveBuffer) {
        buffer.consume(scanner.scanned)
        scanner.reset()
    }

    /// Hexadecimal digits, then nothing or an extension, which is ignored.
    private func chunkSize(_ line: ArraySlice<UInt8>, _ buffer: ReceiveBuffer) throws(HTTPRefusal) -> Int {
        var size = 0
        var digits = 0
        for byte in line {
            guard let digit = ASCII.hexDigit(byte) else { break }
            digits += 1
            size = size * 16 + Int(digit)
            guard size <= limits.bodyBytes - bytes.count else { throw tooLarge(buffer) }
        }
        let rest = ASCII.trimmed(line.dropFirst(digits))
        guard digits > 0, rest.isEmpty || rest.first == UInt8(ascii: ";") else {
            throw HTTPRefusal(buffer.offset(of: digits), "a chunk must start with its size in hexadecimal")
        }
        return size
    }

    private func tooLarge(_ buffer: ReceiveBuffer) -> HTTPRefusal {
        HTTPRefusal(buffer.offset(of: 0), "the body is larger than \(limits.bodyBytes) bytes", status: 413)
    }
}

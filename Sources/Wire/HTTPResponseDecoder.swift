/// Client side of HTTP/1.1 (RFC 9112): bytes in, responses out.
///
/// Interim responses (1xx) are skipped, except 101, which ends the HTTP part of the connection. After an error
/// `next(answering:)` and `finish()` keep throwing.
public struct HTTPResponseDecoder: Sendable {
    private var buffer = ReceiveBuffer()
    private let limits: HTTPLimits
    private var scanner = HTTPLineScanner()
    private var section = HTTPFieldSection(refusesInvalidText: false)
    private var startLine: HTTPResponse?
    private var head: HTTPResponse?
    private var body: HTTPBodyReader
    private var interim = 0
    private var failure: WireError?

    /// - Parameters:
    ///   - maxHeaderBytes: most bytes of status line and header fields together.
    ///   - maxBodyBytes: most bytes of a body after decoding.
    public init(maxHeaderBytes: Int = 16_384, maxBodyBytes: Int = 16 << 20) {
        limits = HTTPLimits(headerBytes: maxHeaderBytes, bodyBytes: maxBodyBytes)
        body = HTTPBodyReader(.none, limits: limits)
    }

    /// Adds received bytes.
    public mutating func append(_ bytes: [UInt8]) { buffer.append(bytes) }

    /// Bytes not yet turned into responses. Not empty between exchanges: the peer sent what nobody asked for.
    public var bufferedBytes: Int { buffer.count }

    /// The next complete response, or nil until more bytes arrive. `method` is that of the request it answers.
    public mutating func next(answering method: HTTPMethod) throws(WireError) -> HTTPResponse? {
        if let failure { throw failure }
        do throws(HTTPRefusal) {
            return try decode(method)
        } catch {
            failure = error.error
            throw error.error
        }
    }

    /// For bodies without an end: the head of the response that is still arriving, and what came of its body since the
    /// last call. Call it when `next(answering:)` gave nil; nil before the head is complete. A body with a stated length
    /// comes whole, from `next(answering:)`.
    public mutating func takePart() -> (head: HTTPResponse, body: [UInt8])? {
        head.map { ($0, body.takeBytes()) }
    }

    /// The peer closed: completes a response whose body ends with the connection. Nil if nothing had begun; throws
    /// for a response cut short. Call `next(answering:)` first, until it gives nil.
    public mutating func finish() throws(WireError) -> HTTPResponse? {
        if let failure { throw failure }
        if var response = head, case .untilClose = body.framing {
            response.body = body.bytes
            beginMessage()
            return response
        }
        guard head == nil, startLine == nil, buffer.isEmpty else {
            let error = WireError(offset: buffer.offset(of: buffer.count), reason: "the connection closed mid-response")
            failure = error
            throw error
        }
        return nil
    }

    /// What follows the last response: the first frames after an upgrade.
    public mutating func takeRemaining() -> [UInt8] { buffer.take(buffer.count) }

    private mutating func decode(_ method: HTTPMethod) throws(HTTPRefusal) -> HTTPResponse? {
        while head == nil {
            guard let response = try readHead() else { return nil }
            if (100...199).contains(response.status), response.status != 101 {
                interim += 1
                guard interim <= HTTPLimits.interimResponses else {
                    throw HTTPRefusal(0, "more than \(HTTPLimits.interimResponses) interim responses")
                }
                beginMessage()
            } else {
                head = response
                body = HTTPBodyReader(framing(of: response, answering: method), limits: limits)
            }
        }
        guard var response = head, try body.read(&buffer) else { return nil }
        response.body = body.bytes
        interim = 0
        beginMessage()
        return response
    }

    /// RFC 9112 §6.3.
    private func framing(of response: HTTPResponse, answering method: HTTPMethod) -> HTTPBodyFraming {
        if method == .head || [101, 204, 304].contains(response.status) { return .none }
        if section.isChunked { return .chunked }
        return section.contentLength.map { .length($0) } ?? .untilClose
    }

    private mutating func beginMessage() {
        buffer.beginMessage()
        scanner = HTTPLineScanner()
        section = HTTPFieldSection(refusesInvalidText: false)
        startLine = nil
        head = nil
        body = HTTPBodyReader(.none, limits: limits)
    }

    private mutating func readHead() throws(HTTPRefusal) -> HTTPResponse? {
        while let line = try scanner.next(in: buffer, limit: limits.headerBytes, tooLong: 431) {
            let offset = buffer.offset(of: line.lowerBound)
            guard var response = startLine else {
                startLine = try HTTPStartLine.response(buffer.slice(line), offset: offset)
                continue
            }
            guard line.isEmpty else {
                try section.add(buffer.slice(line), offset: offset)
                continue
            }
            buffer.consume(scanner.scanned)
            response.headers = section.headers
            return response
        }
        return nil
    }
}

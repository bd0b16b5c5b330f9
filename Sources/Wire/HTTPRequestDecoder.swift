/// Server side of HTTP/1.1 (RFC 9112): bytes in, requests out.
///
/// Pipelined requests come out one by one. After an error the stream has no known message boundary any more: `next()`
/// keeps throwing, and the server answers `refusalStatus` and closes.
public struct HTTPRequestDecoder: Sendable {
    private var buffer = ReceiveBuffer()
    private let limits: HTTPLimits
    private var scanner = HTTPLineScanner()
    private var section = HTTPFieldSection(refusesInvalidText: true)
    private var startLine: HTTPRequest?
    private var skippedEmptyLine = false
    private var body: HTTPBodyReader?
    private var refusal: HTTPRefusal?

    /// - Parameters:
    ///   - maxHeaderBytes: most bytes of request line and header fields together.
    ///   - maxBodyBytes: most bytes of a body after decoding.
    public init(maxHeaderBytes: Int = 16_384, maxBodyBytes: Int = 1 << 20) {
        limits = HTTPLimits(headerBytes: maxHeaderBytes, bodyBytes: maxBodyBytes)
    }

    /// Adds received bytes.
    public mutating func append(_ bytes: [UInt8]) { buffer.append(bytes) }

    /// Bytes not yet turned into requests: stop reading from a peer that pipelines more than you want to hold.
    public var bufferedBytes: Int { buffer.count }

    /// The head of a request whose body has not fully arrived, with an empty body: to answer `Expect: 100-continue`.
    public private(set) var pendingHead: HTTPRequest?

    /// After `next()` threw: the status to answer with, such as 400, 413, 431, 501 (method or coding) or 505.
    public var refusalStatus: Int? { refusal?.status }

    /// The next complete request, or nil until more bytes arrive.
    public mutating func next() throws(WireError) -> HTTPRequest? {
        if let refusal { throw refusal.error }
        do throws(HTTPRefusal) {
            return try decode()
        } catch {
            refusal = error
            throw error.error
        }
    }

    /// What follows the last request: the first frames after an upgrade.
    public mutating func takeRemaining() -> [UInt8] { buffer.take(buffer.count) }

    private mutating func decode() throws(HTTPRefusal) -> HTTPRequest? {
        if pendingHead == nil {
            guard let head = try readHead() else { return nil }
            pendingHead = head
        }
        guard var request = pendingHead, try body?.read(&buffer) ?? true else { return nil }
        request.body = body?.bytes ?? []
        beginMessage()
        return request
    }

    private mutating func beginMessage() {
        buffer.beginMessage()
        scanner = HTTPLineScanner()
        section = HTTPFieldSection(refusesInvalidText: true)
        startLine = nil
        skippedEmptyLine = false
        body = nil
        pendingHead = nil
    }

    private mutating func readHead() throws(HTTPRefusal) -> HTTPRequest? {
        while let line = try scanner.next(in: buffer, limit: limits.headerBytes, tooLong: 431) {
            if startLine == nil {
                // RFC 9112 §2.2: an empty line before the request line is ignored.
                if line.isEmpty, !skippedEmptyLine {
                    skippedEmptyLine = true
                } else {
                    startLine = try HTTPStartLine.request(
                        buffer.slice(line), offset: buffer.offset(of: line.lowerBound))
                }
            } else if !line.isEmpty {
                try section.add(buffer.slice(line), offset: buffer.offset(of: line.lowerBound))
            } else {
                return try finishHead()
            }
        }
        return nil
    }

    private mutating func finishHead() throws(HTTPRefusal) -> HTTPRequest? {
        guard var request = startLine else { return nil }
        buffer.consume(scanner.scanned)
        request.headers = section.headers
        let hosts = request.headers.fields.count { ASCII.equalIgnoringCase($0.name, "Host") }
        guard hosts == 1 || (hosts == 0 && request.isHTTP10) else {
            throw HTTPRefusal(buffer.offset(of: 0), "a request must name its Host exactly once")
        }
        guard !section.isChunked || !request.isHTTP10 else {
            throw HTTPRefusal(buffer.offset(of: 0), "HTTP/1.0 has no transfer codings")
        }
        if section.isChunked {
            body = HTTPBodyReader(.chunked, limits: limits)
        } else if let length = section.contentLength {
            body = HTTPBodyReader(.length(length), limits: limits)
        }
        return request
    }
}

/// The field lines of one header section, checked one by one.
struct HTTPFieldSection: Sendable {
    private(set) var headers = HTTPHeaders()
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    /// Requests must be UTF-8 throughout; in responses stray bytes are repaired, since losing a reply is worse.
    let refusesInvalidText: Bool

    init(refusesInvalidText: Bool) { self.refusesInvalidText = refusesInvalidText }

    /// Adds one line that starts `offset` bytes into the message.
    mutating func add(_ line: ArraySlice<UInt8>, offset: Int) throws(HTTPRefusal) {
        guard headers.fields.count < HTTPLimits.fields else {
            throw HTTPRefusal(offset, "more than \(HTTPLimits.fields) header fields", status: 431)
        }
        guard line.first != ASCII.space, line.first != ASCII.tab else {
            throw HTTPRefusal(offset, "folded header lines are not allowed")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
            throw HTTPRefusal(offset, "a header line must be a name, a colon and a value")
        }
        if let bad = line[..<colon].firstIndex(where: { !ASCII.isTokenByte($0) }) {
            throw HTTPRefusal(offset + bad - line.startIndex, "a header name holds a character that is not allowed")
        }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let bytes = ASCII.trimmed(line[(colon + 1)...])
        let valueOffset = offset + bytes.startIndex - line.startIndex
        if refusesInvalidText {
            var validator = UTF8Validator()
            guard validator.accept(bytes), validator.isComplete else {
                throw HTTPRefusal(valueOffset, "a header value must be UTF-8")
            }
        }
        try interpret(name, bytes, valueOffset)
        headers.append(name, String(decoding: bytes, as: UTF8.self))
    }

    /// The two fields that decide where the body ends. One of them, once, or the message is refused: RFC 9112 §6.3.
    private mutating func interpret(_ name: String, _ value: ArraySlice<UInt8>, _ offset: Int) throws(HTTPRefusal) {
        if ASCII.equalIgnoringCase(name, "Content-Length") {
            guard contentLength == nil else { throw HTTPRefusal(offset, "Content-Length given twice") }
            guard !value.isEmpty, value.count <= 18, value.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw HTTPRefusal(offset, "Content-Length must be a decimal number")
            }
            contentLength = value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        } else if ASCII.equalIgnoringCase(name, "Transfer-Encoding") {
            guard !isChunked else { throw HTTPRefusal(offset, "Transfer-Encoding given twice") }
            guard ASCII.equalIgnoringCase(String(decoding: value, as: UTF8.self), "chunked") else {
                throw HTTPRefusal(offset, "the only transfer coding understood is chunked", status: 501)
            }
            isChunked = true
        } else {
            return
        }
        if isChunked, contentLength != nil {
            throw HTTPRefusal(offset, "Content-Length and Transfer-Encoding may not both be given")
        }
    }
}

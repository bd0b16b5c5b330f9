/// Cuts a header section, chunk line or trailer into lines as the bytes come in.
///
/// Only CRLF ends a line. RFC 9112 §2.2 lets a recipient take a lone LF as well, but peers that disagree on where a
/// line ends are how requests are smuggled, and no peer of ours sends one.
struct HTTPLineScanner: Sendable {
    private var start = 0
    private var position = 0

    /// The next line without its CRLF, or nil until it is complete. `limit` bounds the bytes since the last `reset`.
    mutating func next(in buffer: ReceiveBuffer, limit: Int, tooLong status: Int) throws(HTTPRefusal) -> Range<Int>? {
        while position < buffer.count {
            guard position < limit else {
                throw HTTPRefusal(
                    buffer.offset(of: position), "more than \(limit) bytes before the end", status: status)
            }
            switch buffer[position] {
            case ASCII.carriageReturn:
                guard position + 1 < buffer.count else { return nil }
                guard buffer[position + 1] == ASCII.lineFeed else {
                    throw HTTPRefusal(buffer.offset(of: position), "a carriage return must be followed by a line feed")
                }
                let line = start..<position
                position += 2
                start = position
                return line
            case ASCII.lineFeed:
                throw HTTPRefusal(buffer.offset(of: position), "a line must end in CR LF, not in LF alone")
            case ASCII.tab, 0x20...0x7E, 0x80...0xFF: position += 1
            default: throw HTTPRefusal(buffer.offset(of: position), "control characters are not allowed here")
            }
        }
        return nil
    }

    /// Bytes of the complete lines so far.
    var scanned: Int { start }

    /// The lines so far have been consumed from the buffer.
    mutating func reset() {
        position -= start
        start = 0
    }
}

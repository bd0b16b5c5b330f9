/// The first lines of requests and responses (RFC 9112 §3 and §4).
enum HTTPStartLine {
    /// `METHOD SP target SP HTTP/1.x`, with single spaces.
    static func request(_ line: ArraySlice<UInt8>, offset: Int) throws(HTTPRefusal) -> HTTPRequest {
        let parts = line.split(separator: ASCII.space, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(ASCII.isTokenByte) else {
            throw HTTPRefusal(offset, "a request must start with method, target and version, one space between")
        }
        let isHTTP10 = try version(parts[2], offset: offset + parts[2].startIndex - line.startIndex)
        let name = String(decoding: parts[0], as: UTF8.self)
        guard let method = HTTPMethod(rawValue: name) else {
            throw HTTPRefusal(offset, "the method is not one of those served here", status: 501)
        }
        let targetOffset = offset + parts[1].startIndex - line.startIndex
        if let bad = parts[1].firstIndex(where: { !(0x21...0x7E).contains($0) || $0 == UInt8(ascii: "#") }) {
            throw HTTPRefusal(offset + bad - line.startIndex, "a request target holds a character that is not allowed")
        }
        let target = String(decoding: parts[1], as: UTF8.self)
        let absolute = target.prefix(8).lowercased()
        guard
            target.hasPrefix("/") || (target == "*" && method == .options) || absolute.hasPrefix("http://")
                || absolute == "https://"
        else { throw HTTPRefusal(targetOffset, "a request target must start with a slash") }
        var request = HTTPRequest(method: method, target: target)
        request.isHTTP10 = isHTTP10
        return request
    }

    /// `HTTP/1.x SP status [SP reason]`.
    static func response(_ line: ArraySlice<UInt8>, offset: Int) throws(HTTPRefusal) -> HTTPResponse {
        let isHTTP10 = try version(line.prefix(8), offset: offset)
        let rest = line.dropFirst(8)
        let digits = rest.dropFirst().prefix(3)
        guard rest.first == ASCII.space, digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            rest.count == 4 || rest[rest.startIndex + 4] == ASCII.space
        else { throw HTTPRefusal(offset + 8, "a response must start with version, three-digit status and reason") }
        let status = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard (100...599).contains(status) else {
            throw HTTPRefusal(offset + 9, "a status must be between 100 and 599")
        }
        var response = HTTPResponse(status: status)
        response.isHTTP10 = isHTTP10
        return response
    }

    private static func version(_ bytes: ArraySlice<UInt8>, offset: Int) throws(HTTPRefusal) -> Bool {
        if bytes.elementsEqual("HTTP/1.1".utf8) { return false }
        if bytes.elementsEqual("HTTP/1.0".utf8) { return true }
        let isVersion = bytes.count == 8 && bytes.starts(with: "HTTP/".utf8)
        throw HTTPRefusal(offset, "the version must be HTTP/1.1 or HTTP/1.0", status: isVersion ? 505 : 400)
    }
}

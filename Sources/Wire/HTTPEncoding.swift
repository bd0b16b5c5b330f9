extension HTTPRequest {
    /// Appends the bytes; adds `Content-Length` where the method or body needs one. `Host` must be among the headers, or
    /// `host` must be given: it then comes first.
    public func encode(into bytes: inout [UInt8], host: String? = nil) {
        if bytes.isEmpty { bytes.reserveCapacity(96 + target.utf8.count + headers.encodedSize + body.count) }
        bytes.append(contentsOf: method.rawValue.utf8)
        bytes.append(ASCII.space)
        // A space or line end here would end the target and let it write headers of its own.
        bytes.append(target, replacing: { $0 <= 0x20 || $0 == 0x7F }, by: UInt8(ascii: "_"))
        bytes.append(contentsOf: (isHTTP10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n").utf8)
        if let host { HTTPHeaders.encode("Host", host, into: &bytes) }
        let saysLength = headers.encode(body: body, into: &bytes)
        let needsLength =
            switch method {
            case .post, .put, .patch, .query: true
            case .get, .delete, .head, .options, .trace: !body.isEmpty
            }
        if needsLength, !saysLength { HTTPHeaders.encodeLength(body.count, into: &bytes) }
        bytes.append(contentsOf: "\r\n".utf8)
        bytes.append(contentsOf: body)
    }
}

extension HTTPResponse {
    /// Appends the bytes; adds `Content-Length` unless the status forbids a body. `omittingBody` answers HEAD: the
    /// header says how long the body would have been.
    public func encode(into bytes: inout [UInt8], omittingBody: Bool = false) {
        if bytes.isEmpty { bytes.reserveCapacity(64 + headers.encodedSize + body.count) }
        bytes.append(contentsOf: (isHTTP10 ? "HTTP/1.0 " : "HTTP/1.1 ").utf8)
        bytes.append(contentsOf: String(status).utf8)
        bytes.append(ASCII.space)
        bytes.append(contentsOf: HTTPResponse.reasonPhrase(of: status).utf8)
        bytes.append(contentsOf: "\r\n".utf8)
        let saysLength = headers.encode(body: body, into: &bytes)
        let forbidsBody = status < 200 || status == 204 || status == 304
        if !forbidsBody, !saysLength { HTTPHeaders.encodeLength(body.count, into: &bytes) }
        bytes.append(contentsOf: "\r\n".utf8)
        if !forbidsBody, !omittingBody { bytes.append(contentsOf: body) }
    }

    /// The phrase that RFC 9110 §15 and the IANA registry give a status; "Unknown" for others.
    public static func reasonPhrase(of status: Int) -> String {
        switch status {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 418: "I'm a teapot"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 451: "Unavailable For Legal Reasons"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Unknown"
        }
    }
}

extension HTTPHeaders {
    fileprivate var encodedSize: Int { fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 } }

    /// Appends the fields; true if they say where the body ends. A body is always sent plain, so with one the framing
    /// fields (of a decoded message, say) are dropped; without one they stand, for HEAD and for bodies sent in chunks.
    ///
    /// Line ends and other control characters in a name or value would let a value write headers of its own; they
    /// become spaces.
    fileprivate func encode(body: [UInt8], into bytes: inout [UInt8]) -> Bool {
        var saysLength = false
        for field in fields {
            if ASCII.equalIgnoringCase(field.name, "Content-Length")
                || ASCII.equalIgnoringCase(field.name, "Transfer-Encoding")
            {
                guard body.isEmpty else { continue }
                saysLength = true
            }
            HTTPHeaders.encode(field.name, field.value, into: &bytes)
        }
        return saysLength
    }

    fileprivate static func encode(_ name: String, _ value: String, into bytes: inout [UInt8]) {
        bytes.append(name, replacing: isControl, by: ASCII.space)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(ASCII.space)
        bytes.append(value, replacing: isControl, by: ASCII.space)
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.lineFeed)
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    fileprivate static func encodeLength(_ count: Int, into bytes: inout [UInt8]) {
        bytes.append(contentsOf: "Content-Length: ".utf8)
        bytes.append(contentsOf: String(count).utf8)
        bytes.append(contentsOf: "\r\n".utf8)
    }
}

extension [UInt8] {
    /// Appends a text with all bytes replaced that may not stand where it goes. Copied as a whole first: there are next to
    /// never any.
    @inline(__always)
    fileprivate mutating func append(_ text: String, replacing isForbidden: (UInt8) -> Bool, by replacement: UInt8) {
        let start = count
        append(contentsOf: text.utf8)
        for index in start..<count where isForbidden(self[index]) { self[index] = replacement }
    }
}

/// Parts of a body whose length is not known beforehand, after a header section with `Transfer-Encoding: chunked`.
public enum HTTPChunk {
    /// Appends one chunk; nothing for no data, since an empty chunk is the end.
    public static func encode(_ data: [UInt8], into bytes: inout [UInt8]) {
        guard !data.isEmpty else { return }
        bytes.append(contentsOf: String(data.count, radix: 16).utf8)
        bytes.append(contentsOf: "\r\n".utf8)
        bytes.append(contentsOf: data)
        bytes.append(contentsOf: "\r\n".utf8)
    }

    /// Appends the end of the body.
    public static func encodeEnd(into bytes: inout [UInt8]) { bytes.append(contentsOf: "0\r\n\r\n".utf8) }
}

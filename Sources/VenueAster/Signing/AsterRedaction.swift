public import Wire

/// Requests as text for eyes and logs.
public enum AsterRedaction {
    /// Request line and headers, with signature, nonce, listen key and API key hidden.
    public static func render(_ request: HTTPRequest) -> String {
        var lines = ["\(request.method.rawValue) \(redact(target: request.target))"]
        for field in request.headers.fields {
            let isHidden = field.name.lowercased() == "x-mbx-apikey"
            lines.append("\(field.name): \(isHidden ? hidden : field.value)")
        }
        if !request.body.isEmpty { lines.append(redact(query: Substring(decoding: request.body, as: UTF8.self))) }
        return lines.joined(separator: "\n")
    }

    /// A target with the hidden parameters' values replaced.
    public static func redact(target: String) -> String {
        guard let mark = target.firstIndex(of: "?") else { return target }
        return target[...mark] + redact(query: target[target.index(after: mark)...])
    }

    private static let hidden = "***"

    private static func redact(query: Substring) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { parameter in
            let name = parameter.prefix { $0 != "=" }
            switch name.lowercased() {
            case "signature", "nonce", "listenkey": return "\(name)=\(hidden)"
            default: return String(parameter)
            }
        }.joined(separator: "&")
    }
}

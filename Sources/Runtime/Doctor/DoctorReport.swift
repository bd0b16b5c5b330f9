internal import Wire

/// Everything a doctor found, in the order of the checks.
public struct DoctorReport: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
        case healthy
        /// Something that a person has to put right.
        case misconfigured
        /// Something that only time or the network can put right.
        case unavailable
    }

    public var findings: [DoctorFinding] = []

    public init() {}

    public func count(_ status: DoctorFinding.Status) -> Int { findings.count { $0.status == status } }

    public var verdict: Verdict {
        let failures = findings.filter { $0.status == .fail }
        if failures.isEmpty { return .healthy }
        return failures.contains { $0.cause == .configuration } ? .misconfigured : .unavailable
    }

    /// An array of `{check,status,detail,advice}`.
    public var json: String {
        var json = JSONWriter()
        json.beginArray()
        for finding in findings {
            json.beginObject()
            json.member("check", finding.check)
            json.member("status", finding.status.rawValue)
            json.member("detail", finding.detail)
            json.member("advice", finding.advice)
            json.endObject()
        }
        json.endArray()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

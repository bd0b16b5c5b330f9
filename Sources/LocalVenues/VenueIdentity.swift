public import Wire

/// How Apus's own venues make themselves known, so that nothing that belongs to a rehearsal is ever sent to a real one.
public enum VenueIdentity {
    /// The header that every answer of a local venue carries; its value is the venue's name, `binance`.
    public static let header = "X-Apus-Venue"

    /// The venue of ours that gave this answer; nil for anybody else's.
    public static func venue(of answer: HTTPHeaders) -> String? { answer[header] }
}

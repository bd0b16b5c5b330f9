/// One published number beside ours.
public struct PaperRow: Encodable, Sendable {
    /// Author and year.
    public var paper: String
    /// Table or figure, with what is shown.
    public var item: String
    public var published: Double
    public var ours: Double
    /// Standard error of the difference; zero for what is computed rather than sampled.
    public var standardError: Double
    /// What is allowed: a number of standard errors, or the absolute difference where nothing is sampled.
    public var tolerance: Double

    /// Standard errors between the two; nil where nothing is sampled.
    public var distance: Double? { standardError > 0 ? abs(ours - published) / standardError : nil }
    public var holds: Bool { (distance ?? abs(ours - published)) <= tolerance }

    /// `within 0.4 s.e.`, or `equal to 1e-12`; the opposite where it does not hold.
    public var verdict: String {
        if let distance {
            return "\(holds ? "within" : "OFF BY") \(PaperTable.decimals(distance, 1)) s.e."
        }
        return holds ? "equal to \(PaperTable.short(tolerance))" : "OFF BY \(PaperTable.short(abs(ours - published)))"
    }

    enum CodingKeys: String, CodingKey {
        case paper, item, published, ours, standardError, tolerance, holds
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(paper, forKey: .paper)
        try container.encode(item, forKey: .item)
        try container.encode(published, forKey: .published)
        try container.encode(ours, forKey: .ours)
        try container.encode(standardError, forKey: .standardError)
        try container.encode(tolerance, forKey: .tolerance)
        try container.encode(holds, forKey: .holds)
    }
}

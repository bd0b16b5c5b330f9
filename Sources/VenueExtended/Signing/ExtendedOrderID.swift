public import MarketModel

/// An order's external id. The venue replaces an order by a new one with an id of its own, while we keep ours: the
/// revision tells them apart.
public struct ExtendedOrderID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var client: ClientOrderID
    /// How often the order was replaced: 0 for the first.
    public var revision: UInt32

    public init(_ client: ClientOrderID, revision: UInt32 = 0) {
        self.client = client
        self.revision = revision
    }

    /// `apus-<epoch>-<sequence>`, and `.<revision>` from the first replacement on; at most 37 characters.
    public var text: String { revision == 0 ? client.text : "\(client.text).\(revision)" }

    /// Reads `text` back; nil for an id that is not ours.
    public init?(text: some StringProtocol) {
        guard text.utf8.count <= 37 else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let client = parts.first.flatMap({ ClientOrderID(text: $0) }) else { return nil }
        guard parts.count == 2 else {
            self.init(client)
            return
        }
        guard let revision = UInt32(parts[1]), revision > 0 else { return nil }
        self.init(client, revision: revision)
        guard self.text == text else { return nil }
    }

    public static func < (a: Self, b: Self) -> Bool { (a.client, a.revision) < (b.client, b.revision) }
    public var description: String { text }
}

/// One of the venues on which a bot has an account, as a dense index: the target first, then the reference.
@frozen
public struct VenueID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let index: Int

    @inlinable public init(_ index: Int) { self.index = index }
    /// The venue that is quoted on; the only one of most bots.
    public static let target = VenueID(0)
    /// The venue that a mirror takes its prices from, and hedges on.
    public static let reference = VenueID(1)
    @inlinable public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
    public var description: String { "venue \(index)" }
}

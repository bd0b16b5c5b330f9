/// Why a configuration cannot be served: a sentence for the person who wrote it.
public struct VenueConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public var reason: String

    public init(_ reason: String) { self.reason = reason }
    public var description: String { reason }
}

public import VenueAster

/// What proves to the configured venue who is trading.
public enum VenueCredentials: Sendable {
    case aster(AsterCredentials)
}

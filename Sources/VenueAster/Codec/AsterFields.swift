public import VenueKit

/// What is wrong with something Aster sent.
public typealias AsterDecodeError = VenueDecodeError

typealias AsterFields = VenueFields

internal import VenueKit

/// One start of the trading process; what was on its way to an earlier one is thrown away.
typealias Life = Int

/// Everything that can happen in a virtual world. Bytes are the real ones.
enum WorldEvent: Sendable {
    /// A request's bytes reach the venue.
    case requestArrives(Life, RequestID, [UInt8])
    /// A reply's bytes reach the process.
    case replyArrives(Life, RequestID, [UInt8])
    /// The transport gives up on a request.
    case requestFails(Life, RequestID, TransportFailure)
    /// The bytes of an opening handshake reach the venue.
    case handshakeArrives(Life, StreamID, [UInt8])
    /// The venue's answer to a handshake reaches the process.
    case handshakeAnswered(Life, StreamID, [UInt8])
    case frameToVenue(Life, StreamID, [UInt8])
    case frameToProcess(Life, StreamID, [UInt8])
    /// The connection breaks, as each side sees it.
    case streamBroken(Life, StreamID, String)
    case peerGone(UInt64)
    case tick(Life)
    case venueDue
    case flowDue
    case crash
    case restart
    /// All faults end: from here on everything must come right.
    case heal
    /// Quoting is due again; the last time of asking is for requests that stayed without any answer.
    case quotingDue(isFinal: Bool)
    case clockStep
    case maintenance(isOn: Bool)
    case stop
    case end
}

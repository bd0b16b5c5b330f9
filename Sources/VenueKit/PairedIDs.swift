/// How the ids of two sessions are kept apart: doubled, and odd for the reference.
extension RequestID {
    /// Whether it belongs to the reference of a ``PairedSession``.
    public var isReference: Bool { number & 1 == 1 }

    /// The id outside a pair.
    public func paired(isReference: Bool) -> RequestID { RequestID(number << 1 | (isReference ? 1 : 0)) }

    /// The id inside its own session.
    public var unpaired: RequestID { RequestID(number >> 1) }
}

extension StreamID {
    /// Whether it belongs to the reference of a ``PairedSession``.
    public var isReference: Bool { number & 1 == 1 }

    /// The id outside a pair.
    public func paired(isReference: Bool) -> StreamID { StreamID(number << 1 | (isReference ? 1 : 0)) }

    /// The id inside its own session.
    public var unpaired: StreamID { StreamID(number >> 1) }
}

extension TransportCommand {
    /// Whether it belongs to the reference of a ``PairedSession``.
    public var isReference: Bool {
        switch self {
        case .request(let id, _, _), .unsignedRequest(let id, _, _): id.isReference
        case .openStream(let id, _, _, _), .sendText(let id, _), .ping(let id), .closeStream(let id): id.isReference
        }
    }

    public func paired(isReference: Bool) -> TransportCommand {
        renamed({ $0.paired(isReference: isReference) }, { $0.paired(isReference: isReference) })
    }

    public var unpaired: TransportCommand { renamed(\.unpaired, \.unpaired) }

    private func renamed(
        _ request: (RequestID) -> RequestID, _ stream: (StreamID) -> StreamID
    ) -> TransportCommand {
        switch self {
        case .request(let id, let http, let deadline): return .request(request(id), http, deadline: deadline)
        case .unsignedRequest(let id, let unsigned, let deadline):
            let name = request(id)
            return .unsignedRequest(name, UnsignedRequest(name) { unsigned.signed() }, deadline: deadline)
        case .openStream(let id, let target, let headers, let host):
            return .openStream(stream(id), target: target, headers: headers, host: host)
        case .sendText(let id, let bytes): return .sendText(stream(id), bytes)
        case .ping(let id): return .ping(stream(id))
        case .closeStream(let id): return .closeStream(stream(id))
        }
    }
}

extension TransportEvent {
    /// Whether it belongs to the reference of a ``PairedSession``.
    public var isReference: Bool {
        switch self {
        case .reply(let id, _), .failed(let id, _): id.isReference
        case .streamOpened(let id), .streamText(let id, _), .streamPing(let id), .streamClosed(let id, _):
            id.isReference
        }
    }

    public func paired(isReference: Bool) -> TransportEvent {
        renamed({ $0.paired(isReference: isReference) }, { $0.paired(isReference: isReference) })
    }

    public var unpaired: TransportEvent { renamed(\.unpaired, \.unpaired) }

    private func renamed(_ request: (RequestID) -> RequestID, _ stream: (StreamID) -> StreamID) -> TransportEvent {
        switch self {
        case .reply(let id, let response): .reply(request(id), response)
        case .failed(let id, let failure): .failed(request(id), failure)
        case .streamOpened(let id): .streamOpened(stream(id))
        case .streamText(let id, let bytes): .streamText(stream(id), bytes)
        case .streamPing(let id): .streamPing(stream(id))
        case .streamClosed(let id, let reason): .streamClosed(stream(id), reason)
        }
    }
}

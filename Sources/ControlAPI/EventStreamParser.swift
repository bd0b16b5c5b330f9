/// One event of a `text/event-stream`.
public struct StreamedEvent: Hashable, Sendable {
    /// The stream's last id so far; empty before the first.
    public var id: String
    /// `message` where the stream names none.
    public var name: String
    public var data: String

    public init(id: String, name: String, data: String) {
        self.id = id
        self.name = name
        self.data = data
    }
}

/// Reads server-sent events out of bytes as they arrive (WHATWG HTML §9.2.6), within bounds.
public struct EventStreamParser: Sendable {
    /// A line or an event beyond this ends the stream.
    public static let maxBytes = 1 << 20

    /// The id to resume from.
    public private(set) var lastID = ""
    /// The stream broke a bound; nothing further comes out of it.
    public private(set) var isBroken = false
    private var line: [UInt8] = []
    private var endedWithReturn = false
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false

    public init() {}

    /// The events that are complete with these bytes.
    public mutating func append(_ bytes: [UInt8]) -> [StreamedEvent] {
        var events: [StreamedEvent] = []
        for byte in bytes where !isBroken {
            let followsReturn = endedWithReturn
            endedWithReturn = byte == 0x0D
            switch byte {
            case 0x0A where followsReturn: break
            case 0x0A, 0x0D:
                if let event = endLine() { events.append(event) }
            default:
                line.append(byte)
                isBroken = line.count + data.count > Self.maxBytes
            }
        }
        return events
    }

    private mutating func endLine() -> StreamedEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
        var value = line[min(colon + 1, line.count)...]
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data":
            if hasData { data.append(0x0A) }
            data += value
            hasData = true
        case "event": name = String(decoding: value, as: UTF8.self)
        case "id": if !value.contains(0) { lastID = String(decoding: value, as: UTF8.self) }
        default: break
        }
        return nil
    }

    private mutating func dispatch() -> StreamedEvent? {
        defer {
            name = ""
            data = []
            hasData = false
        }
        guard hasData else { return nil }
        return StreamedEvent(
            id: lastID, name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self))
    }
}

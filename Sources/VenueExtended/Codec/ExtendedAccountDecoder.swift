public import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// One thing that a frame of the account stream says.
public enum ExtendedAccountUpdate: Hashable, Sendable {
    case order(ExtendedOrderUpdate)
    case fill(ExtendedFill)
    case position(ExtendedPosition)
    case balance(ExtendedBalance)
    /// Worth a line in the log, and nothing else.
    case remark(String)
    /// Something that could not be read: orders, fills, position and balance have to be fetched.
    case unreadable(VenueDecodeError)
}

/// What a frame of the account stream is.
public struct ExtendedAccountFrame: Hashable, Sendable {
    /// One more than the frame before on this connection; nil where the frame has none.
    public var sequence: Int64?
    /// The first frames of a connection tell the present state. Never proof that what they leave out is gone.
    public var isSnapshot: Bool
    public var sentAt: Instant?
}

/// Reader for the account stream.
public struct ExtendedAccountDecoder: Sendable {
    public var instruments: [Instrument]

    public init(instruments: [Instrument]) { self.instruments = instruments }

    /// Appends what `bytes` say. Never throws: what cannot be read becomes an update of its own. Every member counts,
    /// whatever the frame's type says.
    @discardableResult
    public func decode(_ bytes: [UInt8], into updates: inout [ExtendedAccountUpdate]) -> ExtendedAccountFrame {
        let message: JSONValue
        do throws(WireError) { message = try JSONValue.parse(bytes) } catch {
            updates.append(.unreadable(VenueDecodeError("account stream, byte \(error.offset)", error.reason)))
            return ExtendedAccountFrame(sequence: nil, isSnapshot: false, sentAt: nil)
        }
        let data = message["data"] ?? .null
        let frame = ExtendedAccountFrame(
            sequence: message["seq"]?.integer, isSnapshot: data["isSnapshot"]?.boolean ?? false,
            sentAt: message["ts"]?.integer.flatMap { Instant(venueMilliseconds: $0) })
        if message.has("error") {
            let fault = ExtendedErrorBody(message["error"])
            updates.append(.remark("the account stream says \(fault.code) \(fault.message.prefix(200))"))
        }
        guard data != .null else { return frame }
        // Fills first: an order's end in the same frame then finds them booked.
        rows(data, "trades", &updates) { fields, instrument throws(VenueDecodeError) in
            .fill(try ExtendedFill(fields, instrument))
        }
        rows(data, "orders", &updates) { fields, instrument throws(VenueDecodeError) in
            .order(try ExtendedOrderUpdate(fields, instrument))
        }
        rows(data, "positions", &updates) { fields, instrument throws(VenueDecodeError) in
            .position(try ExtendedPosition(fields, instrument))
        }
        if data.has("balance"), let balance = data["balance"] {
            do throws(VenueDecodeError) {
                updates.append(.balance(try ExtendedBalance(VenueFields(balance, "account stream.balance"))))
            } catch {
                updates.append(.unreadable(error))
            }
        }
        return frame
    }

    private func rows(
        _ data: JSONValue, _ name: String, _ updates: inout [ExtendedAccountUpdate],
        _ read: (VenueFields, Instrument) throws(VenueDecodeError) -> ExtendedAccountUpdate
    ) {
        guard data.has(name), let value = data[name] else { return }
        guard let rows = value.elements else {
            updates.append(.unreadable(VenueDecodeError("account stream.\(name)", "expected an array")))
            return
        }
        for row in rows {
            let fields = VenueFields(row, "account stream.\(name)")
            do throws(VenueDecodeError) {
                let market = try fields.text("market")
                // The account may trade markets that are not ours to watch.
                guard let instrument = instruments.first(where: { $0.symbol == market }) else { continue }
                updates.append(try read(fields, instrument))
            } catch {
                updates.append(.unreadable(error))
            }
        }
    }
}

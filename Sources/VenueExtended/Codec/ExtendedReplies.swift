public import Fundamentals
public import MarketModel
public import StarkCryptography
public import VenueKit
public import Wire

/// Whose account an API key opens.
public struct ExtendedAccount: Hashable, Sendable {
    public var id: Int64
    public var publicKey: Felt
    public var vault: UInt32
    public var isActive: Bool
}

/// What the venue signs for: `/info/starknet`.
public struct ExtendedChain: Hashable, Sendable {
    public var name: String
    public var version: String
    public var chainID: String
    public var revision: String

    /// Whether signatures for `network` are what the venue checks.
    public func matches(_ network: StarknetNetwork) -> Bool {
        name == "Perpetuals" && version == "v0" && chainID == network.rawValue && revision == "1"
    }
}

/// A payment of the hourly funding.
public struct ExtendedFundingPayment: Hashable, Sendable {
    public var id: Int64
    public var market: MarketID
    /// Positive when received.
    public var amount: Cash
    public var rate: Rate?
    public var paidAt: Instant
}

/// A rate that was applied at a full hour.
public struct ExtendedFundingRate: Hashable, Sendable {
    public var rate: Rate
    public var appliedAt: Instant
}

/// Readers for the `data` of REST replies. Lenient about members that come and go, strict about what money depends on.
public enum ExtendedReplies {
    /// What `POST /user/order` answers: the venue's id and the external id it took.
    public static func placement(
        _ data: JSONValue
    ) throws(VenueDecodeError) -> (venueOrderID: VenueOrderID, externalID: String) {
        let fields = VenueFields(data, "order")
        guard let external = data["externalId"]?.numeral else { throw fields.missing("externalId", "text") }
        return (VenueOrderID(try fields.integer("id")), external)
    }

    // MARK: Orders

    /// One order, or nil where it is of a market that is not among `instruments`.
    public static func order(
        _ data: JSONValue, _ instruments: [Instrument]
    ) throws(VenueDecodeError) -> ExtendedOrderUpdate? {
        let fields = VenueFields(data, "order")
        let market = try fields.text("market")
        guard let instrument = instruments.first(where: { $0.symbol == market }) else { return nil }
        return try ExtendedOrderUpdate(fields, instrument)
    }

    /// Open orders, history, or the orders of an external id; those of other markets are left out.
    public static func orders(
        _ data: JSONValue, _ instruments: [Instrument]
    ) throws(VenueDecodeError) -> [ExtendedOrderUpdate] {
        var result: [ExtendedOrderUpdate] = []
        for row in try rows(data, "orders") {
            if let order = try order(row, instruments) { result.append(order) }
        }
        return result
    }

    // MARK: Account

    /// Fills, ascending by trade id; those of other markets are left out. The venue sends the newest first.
    public static func fills(
        _ data: JSONValue, _ instruments: [Instrument]
    ) throws(VenueDecodeError) -> [ExtendedFill] {
        var result: [ExtendedFill] = []
        for row in try rows(data, "trades") {
            let fields = VenueFields(row, "trades")
            let market = try fields.text("market")
            guard let instrument = instruments.first(where: { $0.symbol == market }) else { continue }
            result.append(try ExtendedFill(fields, instrument))
        }
        return result.sorted { $0.fill.trade < $1.fill.trade }
    }

    /// Positions of `instruments`, in the reply's order. A market without a row is flat.
    public static func positions(
        _ data: JSONValue, _ instruments: [Instrument]
    ) throws(VenueDecodeError) -> [ExtendedPosition] {
        var result: [ExtendedPosition] = []
        for row in try rows(data, "positions") {
            let fields = VenueFields(row, "positions")
            let market = try fields.text("market")
            guard let instrument = instruments.first(where: { $0.symbol == market }) else { continue }
            result.append(try ExtendedPosition(fields, instrument))
        }
        return result
    }

    public static func balance(_ data: JSONValue) throws(VenueDecodeError) -> ExtendedBalance {
        try ExtendedBalance(VenueFields(data, "balance"))
    }

    public static func account(_ data: JSONValue) throws(VenueDecodeError) -> ExtendedAccount {
        let fields = VenueFields(data, "account")
        guard let key = Felt(hex: try fields.text("l2Key")) else { throw fields.missing("l2Key", "a hexadecimal felt") }
        guard let vault = UInt32(exactly: try fields.integer("l2Vault")) else {
            throw fields.missing("l2Vault", "a vault number")
        }
        return ExtendedAccount(
            id: try fields.integer("accountId"), publicKey: key, vault: vault,
            isActive: data["status"]?.text.map { $0 == "ACTIVE" } ?? true)
    }

    /// The account's own rates in one market.
    public static func fees(
        _ data: JSONValue, market: String
    ) throws(VenueDecodeError) -> (maker: Rate, taker: Rate) {
        let row = try row(data, "fees", market)
        guard let maker = Rate(rounding: try row.decimal("makerFeeRate")),
            let taker = Rate(rounding: try row.decimal("takerFeeRate"))
        else { throw VenueDecodeError("fees", "expected rates of at most eight decimals") }
        return (maker, taker)
    }

    /// The leverage in one market, from the list or from the answer to a change.
    public static func leverage(_ data: JSONValue, market: String) throws(VenueDecodeError) -> ExactDecimal {
        guard data.elements == nil else { return try row(data, "leverage", market).decimal("leverage") }
        let fields = VenueFields(data, "leverage")
        guard try fields.text("market") == market else { throw fields.missing("market", "\"\(market)\"") }
        return try fields.decimal("leverage")
    }

    /// Funding payments, ascending by time; those of other markets are left out.
    public static func fundingPayments(
        _ data: JSONValue, _ instruments: [Instrument]
    ) throws(VenueDecodeError) -> [ExtendedFundingPayment] {
        var result: [ExtendedFundingPayment] = []
        for row in try rows(data, "funding history") {
            let fields = VenueFields(row, "funding history")
            let market = try fields.text("market")
            guard let instrument = instruments.first(where: { $0.symbol == market }) else { continue }
            guard let amount = Cash(rounding: try fields.decimal("fundingFee")) else {
                throw fields.missing("fundingFee", "an amount")
            }
            result.append(
                ExtendedFundingPayment(
                    id: try fields.integer("id"), market: instrument.market, amount: amount,
                    rate: row["fundingRate"]?.numeral.flatMap { ExactDecimal($0) }.flatMap { Rate(rounding: $0) },
                    paidAt: try fields.time("paidTime")))
        }
        return result.sorted { ($0.paidAt, $0.id) < ($1.paidAt, $1.id) }
    }

    // MARK: Venue

    public static func chain(_ data: JSONValue) throws(VenueDecodeError) -> ExtendedChain {
        let fields = VenueFields(data, "starknet")
        guard let revision = data["revision"]?.numeral else { throw fields.missing("revision", "a number") }
        return ExtendedChain(
            name: try fields.text("name"), version: try fields.text("version"), chainID: try fields.text("chainId"),
            revision: revision)
    }

    /// The rates that were applied in one market, ascending by time; those of other markets are left out.
    public static func fundingRates(
        _ data: JSONValue, market: String
    ) throws(VenueDecodeError) -> [ExtendedFundingRate] {
        var result: [ExtendedFundingRate] = []
        for row in try rows(data, "funding") where row["m"]?.text == market {
            let fields = VenueFields(row, "funding")
            guard let rate = Rate(rounding: try fields.decimal("f")) else { throw fields.missing("f", "a rate") }
            result.append(ExtendedFundingRate(rate: rate, appliedAt: try fields.time("T")))
        }
        return result.sorted { $0.appliedAt < $1.appliedAt }
    }

    private static func rows(_ data: JSONValue, _ place: String) throws(VenueDecodeError) -> [JSONValue] {
        guard let rows = data.elements else { throw VenueDecodeError(place, "expected an array") }
        return rows
    }

    private static func row(
        _ data: JSONValue, _ place: String, _ market: String
    ) throws(VenueDecodeError) -> VenueFields {
        guard let row = try rows(data, place).first(where: { $0["market"]?.text == market }) else {
            throw VenueDecodeError(place, "expected a row for \(market)")
        }
        return VenueFields(row, "\(place).\(market)")
    }
}

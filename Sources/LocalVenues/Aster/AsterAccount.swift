internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueAster

/// One account as the protocol sees it: credentials, nonces, limits, modes and the user stream.
struct AsterAccount: Sendable {
    let definition: AsterAccountDefinition
    let id: AccountID
    /// How balance rows call the account.
    let alias: String
    let hmac: HMACSHA256
    /// Nonces are remembered for each signing address.
    var signerNonces = AsterNonceWindow()
    var masterNonces = AsterNonceWindow()
    var orders = OrderLimiter()
    var isMultiAssets = false
    /// Market-maker protection by market, kept and told but never triggered.
    var protections: [MakerProtection] = []
    /// Client ids of transfers, newest last.
    var transfers = RecentList<TransferRecord>(capacity: 1_000)
    /// The account was warned of its margin, and has not recovered.
    var isWarned = false
    /// A mode was changed; the user stream has not told yet.
    var configurationChanged = false
    var listenKey: ListenKey?
    /// One for each market.
    var exposures: [ExposureRecord]

    init(_ definition: AsterAccountDefinition, id: AccountID, markets: Int, keys: inout RandomSource) {
        self.definition = definition
        self.id = id
        hmac = HMACSHA256(key: definition.apiSecret)
        alias = ListenKey.text(4, &keys)
        exposures = Array(repeating: ExposureRecord(), count: markets)
    }
}

/// Limits of one market's market-maker protection, as they were sent.
struct MakerProtection: Hashable, Sendable {
    var market: MarketID
    var window: Int64
    var frozen: Int64
    var quantityLimit: Int64
    var valueLimit: Int64
    var deltaLimit: Int64
}

/// A transfer between the futures and the spot wallet.
struct TransferRecord: Hashable, Sendable {
    var id: String
    var time: Instant
}

/// The key of a user stream.
struct ListenKey: Hashable, Sendable {
    var text: String
    var expiresAt: Instant

    static func text(_ count: Int, _ random: inout RandomSource) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var text = ""
        for _ in 0..<count { text.append(alphabet[Int(random.integer(in: 0...61))]) }
        return text
    }
}

internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl
internal import StarkCryptography
internal import VenueExtended
internal import VenueKit
internal import Wire

/// Judges what Extended says against what the configuration wants of it.
enum ExtendedDoctorRules {
    static func market(_ market: ExtendedMarket) -> DoctorFinding {
        let instrument = market.instrument
        let text =
            "\(market.name): tick \(instrument.tickSize), lot \(instrument.lotSize), at least "
            + "\(instrument.text(instrument.quantityRange.lowerBound)) \(instrument.baseAsset) an order"
        switch market.status {
        case .active where market.isQuoteOnRequest:
            return .fail("symbol", "\(market.name) is traded on request and has no book", "choose another market")
        case .active: return .ok("symbol", text)
        case .reduceOnly, .delisted, .prelisted, .disabled, .unknown:
            return .fail(
                "symbol", "\(market.name) is not open for trading (\(market.status.rawValue))",
                "choose another market, or wait")
        }
    }

    /// Signs a fixed message and verifies it with the public key: what follows rests on it.
    static func signature(_ credentials: ExtendedCredentials) -> DoctorFinding {
        let message = Felt(0x61_7075_73)
        guard let signature = credentials.key.sign(message),
            StarkVerification.isValid(signature, of: message, by: credentials.publicKey)
        else {
            return .fail("signature", "this machine's signature does not verify", "do not trade with this build")
        }
        return .ok("signature", "signed and verified with \(credentials.publicKey.hex.prefix(10))…")
    }

    static func account(_ account: ExtendedAccount, _ credentials: ExtendedCredentials) -> DoctorFinding {
        guard account.publicKey == credentials.publicKey else {
            return .fail(
                "credentials", "the API key's account has another Stark key than EXTENDED_PRIVATE_KEY",
                "take API key, vault and Stark key from the same sub-account")
        }
        guard account.vault == credentials.vault else {
            return .fail(
                "credentials", "the API key's account is vault \(account.vault), not \(credentials.vault)",
                "take API key, vault and Stark key from the same sub-account")
        }
        guard account.isActive else {
            return .fail("credentials", "the account is not active", "see the venue's page")
        }
        return .ok("credentials", "accepted; Stark key and vault \(account.vault) are the account's")
    }

    static func balance(_ balance: ExtendedBalance, least: Cash) -> DoctorFinding {
        let text =
            "wallet \(balance.wallet) \(balance.asset)" + (balance.available.map { ", free \($0)" } ?? "")
        guard balance.wallet >= least else {
            return .fail(
                "balance", "\(text): below the configured least balance \(least)",
                "only reducing orders would pass: pay in, or lower the limit")
        }
        guard balance.wallet > .zero else { return .fail("balance", text, "pay some in") }
        return .ok("balance", text)
    }

    static func positions(_ positions: [ExtendedPosition], _ instruments: [Instrument]) -> DoctorFinding {
        let open = positions.filter { $0.quantity != .zero }
        guard !open.isEmpty else { return .ok("position", "flat") }
        let texts = open.compactMap { position in
            instruments.first { $0.market == position.market }.map {
                "\($0.text(position.quantity)) \($0.baseAsset) at \(position.entryPrice)"
            }
        }
        return .warn(
            "position", texts.joined(separator: ", "), "a run takes it over and counts it against the limits")
    }

    static func openOrders(_ orders: [ExtendedOrderUpdate]) -> DoctorFinding {
        let ours = orders.count { $0.isOurs }
        let text = "\(ours) of Apus, \(orders.count - ours) of others"
        if orders.count > ours {
            return .warn("open orders", text, "a stop cancels everything in these markets, also what others placed")
        }
        if ours > 0 {
            return .warn("open orders", text, "a run cancels them first; is another one still quoting?")
        }
        return .ok("open orders", "none")
    }

    static func fees(
        _ rates: (maker: Rate, taker: Rate), _ name: String, _ own: BotConfiguration.FeeRates?
    ) -> DoctorFinding {
        let text = "\(name): maker \(rates.maker), taker \(rates.taker)"
        guard let own, own.maker != rates.maker || own.taker != rates.taker else { return .ok("fees", text) }
        return .warn(
            "fees", "\(text); fees_override says maker \(own.maker), taker \(own.taker)",
            "the books would differ from the venue's: leave fees_override out")
    }

    static func leverage(
        _ leverage: ExactDecimal, _ market: ExtendedMarket, _ settings: BotConfiguration.MarketSettings
    ) -> DoctorFinding {
        let text = "\(market.name): \(leverage.normalized), at most \(market.maxLeverage.normalized)"
        guard let wanted = settings.leverage, wanted.normalized != leverage.normalized else {
            return .ok("leverage", text)
        }
        return .warn("leverage", "\(text); a run sets \(wanted.normalized)", "set it now if other bots trade here too")
    }

    /// What each quote keeps of its distance from the fair price after the maker fee.
    static func edge(_ settings: BotConfiguration.MarketSettings, maker: Rate) -> DoctorFinding {
        let spread: Rate
        switch settings.strategy {
        case .inventorySkew(let parameters): spread = parameters.baseSpread
        case .percentSpread(let parameters): spread = parameters.spread
        case .cycle(let parameters):
            spread = Rate(parts: (parameters.buySpread.parts + parameters.sellSpread.parts) / 2)
        case .fixedSpread, .avellanedaStoikov, .glft, .mirror, .watch:
            return .ok("edge", "\(settings.symbol): the model sets its own spread")
        }
        let left = Rate(parts: spread.parts - maker.parts)
        let text = "\(settings.symbol): half spread \(spread), maker fee \(maker), left \(left)"
        if left < .zero { return .warn("edge", text, "every turn loses: widen the spread") }
        return .ok("edge", text)
    }
}

/// The venue's clock by the `Date` of its replies, which counts whole seconds: bounds of its distance from ours.
struct DateClock {
    private var lower: TimeSpan?
    private var upper: TimeSpan?

    static let most = TimeSpan.seconds(2)

    mutating func record(_ answer: DoctorProbe.Answer) {
        guard let date = answer.response.headers["Date"].flatMap({ HTTPDate.read($0) }) else { return }
        record(date, sentAt: answer.sentAt, receivedAt: answer.receivedAt)
    }

    /// The venue read its clock, cut to seconds, between the two instants.
    mutating func record(_ date: Instant, sentAt: Instant, receivedAt: Instant) {
        let (low, high) = (date - receivedAt, date + .seconds(1) - sentAt)
        lower = lower.map { max($0, low) } ?? low
        upper = upper.map { min($0, high) } ?? high
    }

    var finding: DoctorFinding {
        guard let lower, let upper else {
            return .warn(
                "clock", "the venue's replies have no Date", "make sure that this machine's clock is set (NTP)")
        }
        let text = "the venue's clock is \(lower.milliseconds) to \(upper.milliseconds) ms ahead"
        let skew = max(.zero, max(lower, TimeSpan.zero - upper))
        if skew > Self.most { return .fail("clock", text, "set this machine's clock (NTP): a run refuses") }
        if skew > .milliseconds(250) { return .warn("clock", text, "set this machine's clock (NTP)") }
        return .ok("clock", text)
    }
}

public import MarketModel
public import Wire

/// What a bot believes to hold, asset by asset, against the venue's own ledger.
public struct LedgerComparison: Hashable, Sendable {
    public struct Row: Hashable, Sendable {
        public var venue: String
        public var asset: String
        /// By the bot's own books.
        public var held: Cash
        /// By the venue's.
        public var atVenue: Cash

        public var difference: Cash { atVenue - held }

        public init(venue: String, asset: String, held: Cash, atVenue: Cash) {
            self.venue = venue
            self.asset = asset
            self.held = held
            self.atVenue = atVenue
        }
    }

    public var rows: [Row]

    /// Whether all are equal to the last decimal; false where there is nothing to compare.
    public var isEqual: Bool { !rows.isEmpty && rows.allSatisfy { $0.difference == .zero } }

    /// - Parameters:
    ///   - summary: of the session, as `apus run --json` prints it.
    ///   - ledgers: by the name that the summary calls the venue: what `/apus/ledger` answered.
    /// - Throws: a sentence that says what is missing.
    public init(summary: JSONValue, ledgers: [(venue: String, ledger: JSONValue)]) throws(LedgerComparisonError) {
        guard let holdings = summary["holdings"]?.elements else {
            throw LedgerComparisonError("the summary has no 'holdings'")
        }
        rows = []
        for holding in holdings {
            guard let venue = holding["venue"]?.text, let asset = holding["asset"]?.text,
                let held = holding["held"]?.text.flatMap({ ExactDecimal($0) }).flatMap({ Cash($0) })
            else { throw LedgerComparisonError("a holding needs venue, asset and held") }
            guard let ledger = ledgers.first(where: { $0.venue == venue })?.ledger else { continue }
            guard let balance = Self.balance(asset, ledger) else {
                throw LedgerComparisonError("the ledger of \(venue) has no balance of \(asset)")
            }
            rows.append(Row(venue: venue, asset: asset, held: held, atVenue: balance))
        }
    }

    private static func balance(_ asset: String, _ ledger: JSONValue) -> Cash? {
        for member in ledger["balances"]?.members ?? [] where member.name.uppercased() == asset.uppercased() {
            return member.value.numeral.flatMap { ExactDecimal($0) }.flatMap { Cash($0) }
        }
        return nil
    }
}

/// Why a ledger cannot be compared.
public struct LedgerComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}

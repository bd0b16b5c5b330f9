public import Exchange
public import MarketModel
internal import VenueKit
internal import VenueMAX
internal import Wire

/// Markets of the venue with the rules they had in February 2026, so that a local venue refuses what the real one does.
public enum MAXMarkets {
    private struct Row {
        let symbol, base, quote: String
        let baseDecimals, quoteDecimals: Int64
        let minBase, minQuote: String
        /// Where synthetic flow begins.
        let price: String
    }

    private static let rows = [
        Row(
            symbol: "btctwd", base: "btc", quote: "twd", baseDecimals: 8, quoteDecimals: 1, minBase: "8.0e-05",
            minQuote: "250.0", price: "3049500"),
        Row(
            symbol: "usdttwd", base: "usdt", quote: "twd", baseDecimals: 2, quoteDecimals: 3, minBase: "8.0",
            minQuote: "250.0", price: "32.1"),
        Row(
            symbol: "btcusdt", base: "btc", quote: "usdt", baseDecimals: 6, quoteDecimals: 2, minBase: "8.0e-05",
            minQuote: "8.0", price: "95000"),
        Row(
            symbol: "ethtwd", base: "eth", quote: "twd", baseDecimals: 6, quoteDecimals: 1, minBase: "0.001",
            minQuote: "250.0", price: "105930"),
    ]

    /// The symbols that `definition` knows.
    public static var symbols: [String] { rows.map(\.symbol) }

    /// A market by its symbol; nil for one that is not in the table. Fees are taken from what is received.
    public static func definition(_ symbol: String, market: MarketID) -> MarketDefinition? {
        guard let row = rows.first(where: { $0.symbol == symbol }) else { return nil }
        let document = JSONValue.object([
            JSONMember("id", .string(row.symbol)), JSONMember("status", .string("active")),
            JSONMember("base_unit", .string(row.base)),
            JSONMember("base_unit_precision", .number("\(row.baseDecimals)")),
            JSONMember("min_base_amount", .number(row.minBase)), JSONMember("quote_unit", .string(row.quote)),
            JSONMember("quote_unit_precision", .number("\(row.quoteDecimals)")),
            JSONMember("min_quote_amount", .number(row.minQuote)),
        ])
        do throws(VenueDecodeError) {
            var definition = MarketDefinition(instrument: try MAXMarket(document, market: market).instrument)
            definition.spotFeeAsset = .received
            return definition
        } catch {
            preconditionFailure("the table's markets can be traded: \(error.place): \(error.reason)")
        }
    }

    /// A plausible price from which synthetic flow may begin.
    public static func price(_ symbol: String) -> ExactDecimal? {
        rows.first { $0.symbol == symbol }.flatMap { ExactDecimal($0.price) }
    }

    /// The venue's symbol for the asset of a recording, `BTCUSDT`.
    public static func symbol(ofRecorded symbol: String) -> String? {
        symbols.contains(symbol.lowercased()) ? symbol.lowercased() : nil
    }
}

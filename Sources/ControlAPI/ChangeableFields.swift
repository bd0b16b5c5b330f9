internal import Configuration
internal import MarketModel
internal import Quoting

/// The fields of a configuration that the API may change, and how it describes them.
enum ChangeableFields {
    /// Where orders and keys go, and what is kept where, is decided by whoever can write the file.
    private static let closedSections = [
        "venue", "use_testnet", "state_directory", "endpoints", "credentials", "control", "logging",
        "notifications", "reference", "hedge", "execution",
    ]

    static func mayChange(_ path: String) -> Bool {
        !closedSections.contains(String(path.prefix { $0 != "." })) && path != FieldKey.template.path
    }

    /// A limit of the account or of a market: both have the same names.
    static func isLimit(_ path: String) -> Bool {
        let name = path.split(separator: ".").last.map(String.init) ?? path
        return FieldTable.fields.contains { $0.key.section == "limits" && $0.key.name == name }
    }

    /// Where an override sets a key; of a market, in every market.
    static func address(_ key: FieldKey) -> String {
        key.section == "markets" ? "markets.*.\(key.name)" : key.path
    }

    /// What a body may hold. Only the usual spelling of each field is described; limits, which need a confirmation, are
    /// not, nor are whole markets.
    static func schema(for configuration: BotConfiguration) -> Schema {
        let model = configuration.markets.first.flatMap { market in Self.model(market.strategy) }
        let fields = FieldTable.fields(for: configuration.template).filter { field in
            mayChange(field.key.path) && !field.key.isPerLevel && !isLimit(field.key.path) && field.key.section != "fees_override"
                && (field.models.isEmpty || model.map(field.models.contains) ?? false)
        }
        var properties: [Schema.Property] = []
        for field in fields {
            // Spans are described in seconds: not by an original name that means milliseconds.
            let name = field.originalNames.first { !$0.hasSuffix("_ms") } ?? field.key.path
            guard !properties.contains(where: { $0.name == name }), let schema = schema(for: field) else { continue }
            properties.append(.init(name, schema, optional: true, field.documentation))
        }
        return .object(properties, atLeast: 1)
    }

    private static func schema(for field: Field) -> Schema? {
        let (least, most) = field.magnitudes
        switch field.kind {
        case .boolean: return .boolean
        case .integer:
            return .integer((least?.int64(atScale: 0) ?? 0)...(most?.int64(atScale: 0) ?? 1_000_000))
        case .decimal(let decimals):
            let bounds = Schema.within(least ?? .zero, most ?? ExactDecimal(mantissa: 1_000_000, scale: 0))
            // As text, only what any pattern can say: positive, and without a bound that text could break.
            let isFree =
                (least.map { $0.mantissa <= 0 || $0.scale >= 6 } ?? true)
                && (most.map { DecimalNumeral.isLess(ExactDecimal(mantissa: 99_999, scale: 0), $0) } ?? true)
            return isFree ? .either([bounds, .amount(decimals: min(decimals, 6))]) : bounds
        case .duration: return .within(least ?? .zero, most ?? ExactDecimal(mantissa: 86_400, scale: 0))
        case .choice(let choices): return .choice(choices)
        case .market: return .marketName
        case .text, .symbol, .pair, .url, .listenAddress, .path, .environmentName: return nil
        }
    }

    private static func model(_ strategy: StrategyConfiguration) -> StrategyModel? {
        switch strategy {
        case .inventorySkew: .simplified
        case .avellanedaStoikov: .avellanedaStoikov
        case .glft: .glft
        case .fixedSpread, .cycle, .percentSpread, .mirror, .watch: nil
        }
    }
}

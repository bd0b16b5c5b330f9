internal import MarketModel

extension Importer {
    /// Adds what follows from the original, and writes and checks ours; nil when an issue is an error.
    mutating func finish() -> String? {
        requireMarkets()
        guard !hasErrors else { return nil }
        switch template {
        case .extendedAvellaneda: addLimits()
        case .extendedPercent: addControl()
        case .asterSpread, .asterCycle, .binanceACEMirror, .binanceBitoProMirror, .binanceMAXMirror: break
        }
        var writer = TemplateText(template)
        writer.values = values
        writer.marketCount = marketCount
        writer.remarks = ["Made from \(Printable.shortened(file))."]
        let text = writer.text
        let loaded = BotConfiguration.load(ConfigurationSources(file: SourceFile(name: file, text: text)))
        issues += loaded.issues.map(atSource)
        return hasErrors ? nil : text
    }

    private mutating func requireMarkets() {
        if marketCount == 0 {
            complain("markets", 1, 1, "is missing: expected a list of markets", expected: "a list of markets")
        }
        let required = FieldTable.fields(for: template).filter {
            $0.key.isPerMarket && $0.isRequired && ($0.models.isEmpty || $0.models.contains(.simplified))
        }
        for market in 0..<marketCount {
            let (path, line, column) = marketPlaces[market]
            for field in required where values[FieldPlace(field.key, market: market)] == nil {
                let name = field.originalNames.first ?? field.key.name
                complain(
                    path.isEmpty ? name : "\(path).\(name)", line, column, "is missing: expected \(field.expectation)",
                    expected: field.expectation)
            }
        }
    }

    private func amount(_ place: FieldPlace) -> Cash? { values[place].flatMap { Cash($0) } }

    private mutating func add(_ key: FieldKey, _ value: String, _ reason: String) {
        guard values[FieldPlace(key)] == nil else { return }
        values[FieldPlace(key)] = value
        keys.append(
            ImportedKey(outcome: .added, from: "", line: 0, column: 0, to: key.path, value: value, note: reason))
    }

    /// The limits that ours has and the original has not, so that they fit those it has.
    private mutating func addLimits() {
        let position = amount(FieldPlace(.maxPositionValue))
        let caps = (0..<marketCount).compactMap { amount(FieldPlace(.quoteNotionalCap, market: $0)) }
        if let cap = caps.max() {
            // A fifth more than the cap: an ask stands above the mid by which its size was made.
            var order = Cash(units: cap.units * 6 / 5)
            if let position { order = min(order, position) }
            add(
                .maxOrderValue, FieldValue.decimal(order.decimal.normalized).text,
                "the original has no such limit: the largest quote_notional_cap_usd, with room for the spread")
        }
        guard let position else { return }
        let enabled = (0..<marketCount).filter { values[FieldPlace(.enabled, market: $0)] != "false" }.count
        let sum = Cash(units: position.units * Int128(max(1, enabled)))
        add(
            .maxNetExposure, FieldValue.decimal(position.decimal.normalized).text,
            "the original describes max_net_position_usd as the sum over its markets too; it checks each by itself, so "
                + "raise this to let every market use its own limit")
        add(
            .maxExposure, FieldValue.decimal(sum.decimal.normalized).text,
            "the original has no such limit: max_net_position_usd for each enabled market")
    }

    private mutating func addControl() {
        guard values[FieldPlace(.startsQuoting)] == "false" else { return }
        add(.controlListen, "127.0.0.1:8000", "enabled is false: the API starts the bot, as in the original")
    }

    /// An issue of our text, at the place in the original that its value came from.
    private func atSource(_ issue: ConfigurationIssue) -> ConfigurationIssue {
        var issue = issue
        issue.line = sources[issue.path]?.line ?? 0
        issue.column = sources[issue.path]?.column ?? 0
        return issue
    }
}

internal import Fundamentals

/// Values from outside the file, where a market is named by its symbol or its place in the list.
extension Resolver {
    mutating func apply(_ override: ConfigurationOverride) {
        let origin = ValueOrigin.commandLine(override.flag)
        if override.path == FieldKey.symbol.path, row(.symbol) == nil, row(.market) != nil {
            quoteOnly(override.text, origin)
        } else if override.path.hasPrefix("markets.") || override.path.hasPrefix("markets[") {
            applyMarket(override, origin)
        } else if override.path.hasPrefix(Self.levelList) {
            applyLevel(override, origin)
        } else if override.path.hasPrefix(Self.channelList) {
            applyChannel(override, origin)
        } else if let key = FieldKey(rawValue: override.path) {
            apply(override.text, to: FieldPlace(key), origin: origin)
        } else {
            let parts = override.path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let section = parts.dropLast().joined(separator: ".")
            let advice = KeyAdvice.unknown(parts[parts.count - 1], in: section, template)
            report(at: origin, Printable.shortened(override.path), advice.message, expected: advice.expected)
        }
    }

    /// `markets.BTC-USD.alpha`, `markets[0].alpha`, `markets.0.alpha`, or `markets.*.alpha` for all of them.
    private mutating func applyMarket(_ override: ConfigurationOverride, _ origin: ValueOrigin) {
        let shown = Printable.shortened(override.path)
        let rest = override.path.dropFirst("markets".count)
        guard let dot = rest.lastIndex(of: "."), dot > rest.startIndex else {
            report(
                at: origin, shown, "expected the market and its key, such as markets.BTC-USD.alpha",
                expected: "markets.BTC-USD.alpha")
            return
        }
        let name = rest[..<dot].dropFirst().filter { $0 != "]" }
        let keyName = String(rest[rest.index(after: dot)...])
        guard let key = FieldKey(rawValue: "markets.\(keyName)") else {
            let advice = KeyAdvice.unknown(keyName, in: "markets", template)
            report(at: origin, shown, advice.message, expected: advice.expected)
            return
        }
        let indices = name == "*" ? Array(0..<marketCount) : market(named: name).map { [$0] } ?? []
        if indices.isEmpty { reportUnknownMarket(name, shown, origin) }
        for index in indices { apply(override.text, to: FieldPlace(key, market: index), origin: origin) }
    }

    /// Applies `APUS_MARKETS__BTC_USD__ALPHA`; false for another name.
    mutating func applyMarketVariable(_ name: String, _ text: String, origin: ValueOrigin) -> Bool {
        let prefix = "APUS_MARKETS__"
        guard name.hasPrefix(prefix), let last = name.ranges(of: "__").last,
            last.lowerBound >= name.index(name.startIndex, offsetBy: prefix.count),
            let key = FieldKey(rawValue: "markets." + name[last.upperBound...].lowercased())
        else { return false }
        let market = String(name[..<last.lowerBound].dropFirst(prefix.count))
        guard let index = (0..<marketCount).first(where: { Self.variableName(symbol($0) ?? "\($0)") == market }) else {
            reportUnknownMarket(market, name, origin, severity: .warning)
            return true
        }
        apply(text, to: FieldPlace(key, market: index), origin: origin)
        return true
    }

    /// A market as names of variables spell it: `BTC-USD` becomes `BTC_USD`.
    static func variableName(_ symbol: String) -> String {
        String(symbol.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    func symbol(_ market: Int) -> String? {
        guard case .text(let text)? = value(.market, market: market)?.value else { return nil }
        return text
    }

    private func market(named name: some StringProtocol) -> Int? {
        (0..<marketCount).first { symbol($0) == String(name) }
            ?? Int(name).flatMap { $0 >= 0 && $0 < marketCount ? $0 : nil }
    }

    /// `--symbol`: of the listed markets, quote this one only.
    private mutating func quoteOnly(_ text: String, _ origin: ValueOrigin) {
        guard let wanted = market(named: text) else {
            reportUnknownMarket(text, "symbol", origin)
            return
        }
        for index in 0..<marketCount {
            apply("\(index == wanted)", to: FieldPlace(.enabled, market: index), origin: origin)
        }
    }

    private mutating func reportUnknownMarket(
        _ name: some StringProtocol, _ path: String, _ origin: ValueOrigin,
        severity: ConfigurationIssue.Severity = .error
    ) {
        // Without a market in the file, that is the only problem worth telling.
        guard marketCount > 0 else { return }
        let known = (0..<marketCount).compactMap(symbol)
        let name = String(name)
        let near = Spelling.nearest(to: name, in: known).map { "; did you mean \($0)?" } ?? ""
        report(
            at: origin, path,
            "no market \(Printable.shortened(name)) is configured, only \(known.joined(separator: ", "))\(near)",
            expected: "one of \(known.joined(separator: ", "))", severity: severity)
    }
}

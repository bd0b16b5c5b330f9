/// How a venue writes a pair of assets.
public enum PairSpelling: String, Hashable, Sendable, CaseIterable {
    /// `BTC/TWD`.
    case slash
    /// `BTC_TWD`.
    case underscore
    /// `btctwd`: where the base ends is not seen.
    case joined

    var form: String {
        switch self {
        case .slash: "BASE/QUOTE"
        case .underscore: "BASE_QUOTE"
        case .joined: "basequote"
        }
    }

    /// A regular expression for schemas; what `read` takes besides is not described.
    var pattern: String {
        switch self {
        case .slash: "^[A-Z0-9]{2,12}/[A-Z0-9]{2,12}$"
        case .underscore: "^[A-Z0-9]{2,12}_[A-Z0-9]{2,12}$"
        case .joined: "^[a-z0-9]{4,24}$"
        }
    }

    /// The pair in this spelling, from any in which base and quote are apart; nil for anything else.
    func read(_ text: String) -> String? {
        guard text.utf8.count <= 32 else { return nil }
        let upper = text.uppercased()
        let parts = upper.split(omittingEmptySubsequences: false) { "/_-".contains($0) }
        switch (self, parts.count) {
        case (.joined, 1):
            return (4...24).contains(upper.utf8.count) && Self.isAsset(upper[...]) ? upper.lowercased() : nil
        case (.slash, 2), (.underscore, 2), (.joined, 2):
            guard parts.allSatisfy({ (2...12).contains($0.utf8.count) && Self.isAsset($0) }) else { return nil }
            return join(String(parts[0]), String(parts[1]))
        default: return nil
        }
    }

    /// The pair of two assets in capitals.
    func join(_ base: String, _ quote: String) -> String {
        switch self {
        case .slash: "\(base)/\(quote)"
        case .underscore: "\(base)_\(quote)"
        case .joined: (base + quote).lowercased()
        }
    }

    private static func isAsset(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    }
}

/// The assets of a mirror's three markets: base and quote of the target, and what the reference is quoted in.
///
///     target = base + quote, reference = base + counting, conversion = counting + quote
struct MirrorAssets: Equatable {
    var base: String
    var quote: String
    /// In which the bot counts: the reference's quote asset.
    var counting: String

    /// Nil where no split of the three names fits together.
    init?(target: String, reference: String, conversion: String) {
        let (target, reference, conversion) = (Self.letters(target), Self.letters(reference), Self.letters(conversion))
        for end in target.indices.dropFirst() {
            let (base, quote) = (target[..<end], target[end...])
            guard reference.hasPrefix(base) else { break }
            let counting = reference.dropFirst(base.count)
            if !counting.isEmpty, String(counting + quote) == conversion {
                (self.base, self.quote, self.counting) = (String(base), String(quote), String(counting))
                return
            }
        }
        return nil
    }

    private static func letters(_ name: String) -> String {
        name.uppercased().filter { $0.isLetter || $0.isNumber }
    }
}

/// A ready configuration for one kind of bot, as `apus init` writes it.
public enum Template: String, Hashable, Sendable, CaseIterable {
    /// Both sides around the mid, renewed by timers.
    case asterSpread = "aster-spread"
    /// One side at a time: buy, then sell.
    case asterCycle = "aster-cycle"
    /// Both sides of many markets, leaning against inventory.
    case extendedAvellaneda = "extended-avellaneda"
    /// Both sides at a percentage of the mark price.
    case extendedPercent = "extended-percent"
    /// Binance's book, converted, as a ladder on ACE.
    case binanceACEMirror = "binance-ace-mirror"
    /// The same on BitoPro.
    case binanceBitoProMirror = "binance-bitopro-mirror"
    /// The same on MAX.
    case binanceMAXMirror = "binance-max-mirror"

    static let aster: [Template] = [.asterSpread, .asterCycle]
    static let extended: [Template] = [.extendedAvellaneda, .extendedPercent]
    /// Bots on one venue.
    static let single = aster + extended
    /// Bots that quote another venue's book.
    static let mirrors: [Template] = [.binanceACEMirror, .binanceBitoProMirror, .binanceMAXMirror]

    /// Where it quotes.
    public var venue: BotConfiguration.Venue {
        switch self {
        case .asterSpread, .asterCycle: .aster
        case .extendedAvellaneda, .extendedPercent: .extended
        case .binanceACEMirror: .ace
        case .binanceBitoProMirror: .bitoPro
        case .binanceMAXMirror: .max
        }
    }

    /// Whether it quotes another venue's book.
    public var isMirror: Bool { Self.mirrors.contains(self) }

    /// One line for lists.
    public var abstract: String {
        switch self {
        case .asterSpread: "a bid and an ask at a fixed distance from the mid"
        case .asterCycle: "buy below the mid, then sell above it, one order at a time"
        case .extendedAvellaneda: "both sides of many markets, leaning against inventory"
        case .extendedPercent: "both sides of many markets, at a percentage of the mark price"
        case .binanceACEMirror: "Binance's book in TWD as a ladder on ACE, which is retired: rehearsals only"
        case .binanceBitoProMirror: "Binance's book in TWD as a ladder on BitoPro, hedged if wanted"
        case .binanceMAXMirror: "Binance's book in TWD as a ladder on MAX, hedged if wanted"
        }
    }

    /// The commented `config.json`. It reads back without an issue.
    public static func render(_ template: Template) -> String { TemplateText(template).text }
}

/// How `extended-avellaneda` makes prices.
public enum StrategyModel: String, Hashable, Sendable, CaseIterable {
    /// Fair price and half-spread from inventory, volatility and funding, each with a weight.
    case simplified
    /// Avellaneda and Stoikov, 2008.
    case avellanedaStoikov = "avellaneda-stoikov"
    /// Guéant, Lehalle and Fernandez-Tapia, 2013.
    case glft
}

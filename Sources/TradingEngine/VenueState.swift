internal import MarketModel

/// What the engine knows of one venue's connection.
struct VenueState: Sendable {
    let id: VenueID
    let kind: VenueConfiguration.Kind
    let name: String
    let takesBuyFeeInQuote: Bool
    /// Start-up is complete.
    var isReady = false
    var isPrivateStreamUp = false

    init(_ id: VenueID, _ configuration: VenueConfiguration) {
        self.id = id
        kind = configuration.kind
        name = configuration.name
        takesBuyFeeInQuote = configuration.takesBuyFeeInQuote
    }

    /// Before what is told of it, where there are several: `binance: `.
    var prefix: String { name.isEmpty ? "" : "\(name): " }
}

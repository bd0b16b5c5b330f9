internal import Cryptography
internal import MarketModel
internal import VenueACE
internal import VenueBinance
internal import VenueBitoPro
public import VenueKit
internal import VenueMAX
internal import Wire

extension ReadyVenue {
    /// Who speaks to the venue as its first account, about one market.
    /// - Parameter symbol: as the venue spells it; nil for its first market.
    public func adapter(symbol: String?) throws(ExerciseError) -> any VenueAdapter {
        guard let symbol = symbol ?? symbols.first else {
            throw .settings("the venue says no markets: name one with --symbol")
        }
        let markets = [AdapterMarket(MarketID(0), symbol: symbol, isTraded: true)]
        switch name {
        case "ace":
            let batch = flag("batch")
            return ACEAdapter(
                ACEConfiguration(markets: markets, supportsBatch: batch, requestsPerSecond: 1_000),
                credentials: ACECredentials(apiKey: try key("api_key"), secretKey: Secret(try key("api_secret"))))
        case "bitopro":
            return BitoProAdapter(
                BitoProConfiguration(markets: markets),
                credentials: BitoProCredentials(
                    apiKey: try key("api_key"), apiSecret: Secret(try key("api_secret")),
                    identity: (try? key("email")) ?? ""))
        case "max":
            let (access, secret) = (Secret(try key("access_key")), Secret(try key("secret_key")))
            do throws(MAXCredentialsError) {
                return MAXAdapter(markets: markets, credentials: try MAXCredentials(accessKey: access, secret: secret))
            } catch { throw .settings("the venue's account: \(error)") }
        case "binance":
            let (apiKey, secret) = (Secret(try key("api_key")), Secret(try key("api_secret")))
            do throws(BinanceCredentialsError) {
                let keys = try BinanceCredentials(apiKey: apiKey, key: .hmac(secret))
                return BinanceSpotAdapter(
                    BinanceSpotConfiguration(
                        venue: .target, markets: markets, credentials: keys, takerPrevention: .expireMaker,
                        passivePrevention: .expireMaker))
            } catch { throw .settings("the venue's account: \(error)") }
        default: throw .settings("'\(name)' cannot be exercised: expected ace, bitopro, max or binance")
        }
    }
}

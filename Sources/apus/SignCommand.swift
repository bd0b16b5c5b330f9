internal import CommandLineKit
internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Runtime
internal import SystemIO
internal import VenueAster
internal import VenueBinance
internal import VenueExtended
internal import VenueKit
internal import Wire

/// `apus sign VENUE --config FILE < order.json`: what an order would become, without sending it.
enum SignCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try LoadedBot(try arguments.required("config"), arguments)
        let configuration = try bot.configuration()
        let venue = try arguments.required("venue")
        // Of a mirror the hedges are shown.
        let signs = configuration.mirror?.venue ?? configuration.venue
        guard venue == signs.rawValue else {
            throw Failure(.configuration, "the configuration is for orders on \(signs.rawValue), not on \(venue)")
        }
        let credentials = try bot.credentials(for: configuration)
        let input = Console.readStandardInput()
        do throws(VenueDecodeError) {
            let request = try request(input, credentials, configuration)
            Console.out(arguments.flag("json") ? json(request, configuration) : request)
        } catch {
            throw Failure(.dataError, "standard input: \(error.place): \(error.reason)")
        }
        return .success
    }

    private static func request(
        _ order: [UInt8], _ credentials: VenueCredentials, _ configuration: BotConfiguration
    ) throws(VenueDecodeError) -> String {
        switch credentials {
        case .aster(let credentials):
            return try AsterOrderPreview(
                orderJSON: naming("symbol", in: order, configuration), credentials: credentials, at: wallClock(),
                receiveWindow: configuration.receiveWindow
            ).redacted
        case .extended(let credentials):
            return String(
                decoding: try ExtendedOrderPreview(
                    orderJSON: naming("market", in: order, configuration), credentials: credentials,
                    chain: configuration.extendedNetwork.chain
                ).body, as: UTF8.self)
        case .mirror(_, let reference):
            guard let reference, let mirror = configuration.mirror, let hedge = mirror.hedge else {
                throw VenueDecodeError("configuration", "a mirror that does not hedge sends no order to its reference")
            }
            let market = BotConfiguration.MirrorSettings.reference
            return try BinanceOrderPreview(
                orderJSON: naming("symbol", in: order, configuration, market: market), credentials: reference,
                isFutures: mirror.marketType == .usdm, prevention: hedge.selfTradePrevention.rawValue, at: wallClock(),
                receiveWindow: configuration.receiveWindow
            ).redacted
        }
    }

    /// The order, of the configured market where it names none; what is no object is left to the reader to refuse.
    private static func naming(
        _ name: String, in order: [UInt8], _ configuration: BotConfiguration, market: MarketID = MarketID(0)
    ) -> [UInt8] {
        guard case .object(let members)? = try? JSONValue.parse(order), !members.contains(where: { $0.name == name })
        else { return order }
        var json = JSONWriter()
        json.value(.object([JSONMember(name, .string(configuration.markets[market.index].symbol))] + members))
        return json.bytes
    }

    private static func json(_ request: String, _ configuration: BotConfiguration) -> String {
        var json = JSONWriter()
        json.beginObject()
        let rest = configuration.mirror?.endpoints.rest ?? configuration.endpoints.rest
        json.member("host", rest.description)
        json.member("request", request)
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

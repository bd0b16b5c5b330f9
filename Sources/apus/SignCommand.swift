internal import CommandLineKit
internal import Configuration
internal import Fundamentals
internal import Runtime
internal import SystemIO
internal import VenueAster
internal import VenueExtended
internal import VenueKit
internal import Wire

/// `apus sign VENUE --config FILE < order.json`: what an order would become, without sending it.
enum SignCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try LoadedBot(try arguments.required("config"), arguments)
        let configuration = try bot.configuration()
        let venue = try arguments.required("venue")
        guard venue == configuration.venue.rawValue, configuration.mirror == nil else {
            throw Failure(
                .configuration, "the configuration is for \(configuration.venue.rawValue), not for \(venue)")
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
            try AsterOrderPreview(
                orderJSON: naming("symbol", in: order, configuration), credentials: credentials, at: wallClock(),
                receiveWindow: configuration.receiveWindow
            ).redacted
        case .extended(let credentials):
            String(
                decoding: try ExtendedOrderPreview(
                    orderJSON: naming("market", in: order, configuration), credentials: credentials,
                    chain: configuration.extendedNetwork.chain
                ).body, as: UTF8.self)
        case .mirror: throw VenueDecodeError("configuration", "a mirror's orders are not shown here")
        }
    }

    /// The order, of the configured market where it names none; what is no object is left to the reader to refuse.
    private static func naming(_ name: String, in order: [UInt8], _ configuration: BotConfiguration) -> [UInt8] {
        guard case .object(let members)? = try? JSONValue.parse(order), !members.contains(where: { $0.name == name })
        else { return order }
        var json = JSONWriter()
        json.value(.object([JSONMember(name, .string(configuration.markets[0].symbol))] + members))
        return json.bytes
    }

    private static func json(_ request: String, _ configuration: BotConfiguration) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("host", configuration.endpoints.rest.description)
        json.member("request", request)
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

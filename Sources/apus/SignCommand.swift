internal import CommandLineKit
internal import Configuration
internal import Fundamentals
internal import Runtime
internal import SystemIO
internal import VenueAster
internal import VenueKit
internal import Wire

/// `apus sign aster --config FILE < order.json`: what would be sent, with everything secret hidden.
enum SignCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try LoadedBot(try arguments.required("config"), arguments)
        let configuration = try bot.configuration()
        guard case .aster(let credentials) = try bot.credentials(for: configuration) else {
            throw Failure(.configuration, "the configuration is for \(configuration.venue.rawValue)")
        }
        let order = try withSymbol(configuration.markets[0].symbol, Console.readStandardInput())
        do throws(AsterDecodeError) {
            let preview = try AsterOrderPreview(
                orderJSON: order, credentials: credentials, at: wallClock(), receiveWindow: configuration.receiveWindow)
            Console.out(arguments.flag("json") ? json(preview.redacted, configuration) : preview.redacted)
        } catch {
            throw Failure(.dataError, "standard input: \(error.place): \(error.reason)")
        }
        return .success
    }

    /// The configured symbol where the order names none.
    private static func withSymbol(_ symbol: String, _ order: [UInt8]) throws -> [UInt8] {
        do throws(WireError) {
            guard case .object(let members) = try JSONValue.parse(order),
                !members.contains(where: { $0.name == "symbol" })
            else { return order }
            var json = JSONWriter()
            json.value(.object([JSONMember("symbol", .string(symbol))] + members))
            return json.bytes
        } catch {
            throw Failure(.dataError, "standard input, byte \(error.offset): \(error.reason)")
        }
    }

    private static func json(_ redacted: String, _ configuration: BotConfiguration) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("host", configuration.endpoints.rest.description)
        json.member("request", redacted)
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

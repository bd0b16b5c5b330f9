internal import CommandLineKit
internal import Configuration
internal import ControlAPI
internal import Cryptography
internal import Observability
internal import Runtime
internal import SystemIO

/// The control API of `apus run`: served beside the bot, and announced in its state directory.
final class ControlSurface: BotSurface {
    private let settings: ControlServer.Settings
    private let asksForToken: Bool
    private var server: ControlServer?
    private var folder: String?

    /// Nil when nobody asked for one.
    init?(_ arguments: ParsedArguments, _ configuration: BotConfiguration) throws {
        var settings = ControlServer.Settings()
        if let endpoint = try arguments.endpoint("control") {
            settings.listen = ListenAddress(host: endpoint.host, port: endpoint.port)
        } else if let control = configuration.control {
            settings.listen = control.listen
        } else {
            return nil
        }
        settings.allowsRemote = arguments.flag("control-allow-remote") || configuration.control?.allowsRemote == true
        settings.hosts = arguments.texts("control-host")
        self.settings = settings
        asksForToken = !arguments.flag("control-no-auth")
    }

    func attach(_ bot: BotHost, on loop: EventLoop) throws {
        do throws(ControlServerError) {
            let token = asksForToken ? try ControlToken(in: bot.directory.path) : nil
            if let token { bot.log.register(secret: token.secret.expose { $0 }) }
            let server = try ControlServer(bot, token: token, on: loop, settings)
            let symbols = bot.configuration.markets.map(\.symbol).joined(separator: ", ")
            let address = ControlAddress(
                authority: reachable(server.address), tokenFile: token.map { absolutePath($0.path) },
                processID: processID(), name: "\(bot.configuration.template.rawValue) \(symbols)")
            try address.write(in: bot.directory.path)
            (self.server, folder) = (server, bot.directory.path)
            announce(server.address, address)
        } catch {
            throw Failure(.cannotCreate, error.description)
        }
    }

    private func announce(_ address: SocketAddress, _ left: ControlAddress) {
        Console.talk("apus: control API on http://\(address)")
        if let file = left.tokenFile {
            Console.talk("apus: clients show the token in \(file); apus status, stop and the others find it themselves")
        } else {
            Console.talk(
                "apus: warning: --control-no-auth: every program and every user of this machine can steer this bot")
        }
        if !settings.listen.isLoopback {
            Console.talk(
                "apus: warning: \(settings.listen) can be reached from other machines, and nothing sent there is "
                    + "encrypted")
        }
    }

    /// A wildcard address is reached through the loopback.
    private func reachable(_ address: SocketAddress) -> String {
        switch address.host {
        case "0.0.0.0": "127.0.0.1:\(address.port)"
        case "::": "[::1]:\(address.port)"
        default: address.description
        }
    }

    func detach() {
        server?.stop()
        server = nil
        if let folder { ControlAddress.remove(in: folder) }
    }
}

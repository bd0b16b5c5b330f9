internal import CommandLineKit
internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import Notifications
internal import Observability
internal import Runtime
internal import SystemIO

/// The channels of a configuration, with what opens them.
enum AlertChannels {
    /// - Throws: `Failure` that names every variable that is missing or wrong.
    static func open(_ bot: LoadedBot) throws -> [NotificationChannel] {
        guard bot.loaded.notificationIssues.isEmpty else {
            let problems = bot.loaded.notificationIssues.map { "\($0)" }.joined(separator: "\n")
            throw Failure(.configuration, problems, isBare: true)
        }
        do throws(NotificationChannelError) {
            var channels: [NotificationChannel] = []
            for access in bot.loaded.notificationAccess { channels.append(try NotificationChannel(access)) }
            return channels
        } catch {
            throw Failure(.configuration, error.description)
        }
    }

    /// The authorities that the system trusts; nil where nothing is encrypted, which loopback addresses may.
    static func trust(for channels: [NotificationChannel]) throws -> TLSContext? {
        channels.contains { $0.origin.scheme.isSecure } ? try TLSContext(trust: .system) : nil
    }

    static var random: RandomSource {
        RandomSource(seed: secureRandom(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The alerts of a run; nil when nobody asked for any.
    static func alerts(
        _ channels: [NotificationChannel], _ configuration: BotConfiguration, on loop: EventLoop
    ) throws -> BotAlerts? {
        guard let settings = configuration.notifications, !channels.isEmpty else { return nil }
        let notifier = try Notifier(
            channels, dedupWindow: settings.dedupWindow, tls: try trust(for: channels), on: loop, random: random)
        // Until there is a bot with a log.
        notifier.onReport = { level, text in
            if level >= .warning { Console.talk("apus: \(text)") }
        }
        return BotAlerts(notifier, for: configuration)
    }
}

public import Cryptography
public import Fundamentals
public import SystemIO
internal import Wire

/// One message through each of some channels, once, with what came back: what `apus notify --test` does.
public struct ChannelTrial: Sendable {
    public let channel: NotificationChannel
    public let verdict: ReplyVerdict
    /// HTTP status; nil without an answer.
    public let status: Int?
    public let took: TimeSpan

    public var isDelivered: Bool {
        switch verdict {
        case .delivered: true
        case .retry, .moved, .rejected, .suspended, .gone: false
        }
    }

    /// What came back, in a sentence.
    public var outcome: String {
        switch verdict {
        case .delivered(let detail, _): "delivered, \(detail)"
        case .retry(let reason, let after, _):
            after.map { "not delivered, try again in \($0.milliseconds) ms: \(reason)" } ?? "not delivered: \(reason)"
        case .moved(let chat): "not delivered: the chat has a new id, \(chat)"
        case .rejected(let reason): "not delivered: \(reason)"
        case .suspended(let reason, _): "not delivered, not for some time: \(reason)"
        case .gone(let reason): "not delivered, token or target are wrong: \(reason)"
        }
    }

    /// Sends to all of them at once and waits for every answer, at most fifteen seconds.
    public static func run(
        _ notification: Notification, through channels: [NotificationChannel], tls: TLSContext?, on loop: EventLoop,
        random: RandomSource
    ) throws(SystemError) -> [ChannelTrial] {
        let sender = try ChannelSender(loop, tls: tls, random: random)
        defer { sender.close() }
        var trials: [Int: ChannelTrial] = [:]
        let started = bootClock()
        for (index, channel) in channels.enumerated() {
            let id = NotificationID(random: secureRandom(16))
            sender.send(channel.request(notification, id: id, at: wallClock()), through: channel) { result in
                let (verdict, status): (ReplyVerdict, Int?) =
                    switch result {
                    case .success(let response): (channel.verdict(on: response), response.status)
                    case .failure(let failure): (channel.verdict(on: failure), nil)
                    }
                trials[index] = ChannelTrial(
                    channel: channel, verdict: verdict, status: status, took: bootClock() - started)
            }
        }
        try loop.run { trials.count == channels.count }
        return channels.indices.compactMap { trials[$0] }
    }
}

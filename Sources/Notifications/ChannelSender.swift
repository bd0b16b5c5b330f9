internal import Cryptography
internal import Fundamentals
internal import SystemIO
internal import Wire

/// Sends one request of a channel and waits for its answer, on a connection of its own: alerts are rare, and a kept
/// connection that the server closes meanwhile would leave their fate unknown.
final class ChannelSender {
    static let timeout = TimeSpan.seconds(15)

    private let loop: EventLoop
    private let resolver: Resolver
    private let tls: TLSContext?
    private var random: RandomSource
    private var clients: [UInt64: HTTPClient] = [:]
    private var nextClient: UInt64 = 0

    init(_ loop: EventLoop, tls: TLSContext?, random: RandomSource) throws(SystemError) {
        self.loop = loop
        self.tls = tls
        self.random = random
        resolver = try Resolver(loop: loop)
    }

    /// Completes once, later.
    func send(
        _ request: HTTPRequest, through channel: NotificationChannel,
        _ completion: @escaping (Result<HTTPResponse, HTTPClientFailure>) -> Void
    ) {
        var settings = HTTPClient.Settings()
        settings.connections = 1
        settings.warmConnections = 0
        settings.maxBodyBytes = 1 << 18
        let client = HTTPClient(
            origin: channel.origin, loop: loop, resolver: resolver, tls: tls, random: random.fork(), settings: settings)
        let id = nextClient
        nextClient += 1
        clients[id] = client
        client.send(request, deadline: wallClock() + Self.timeout) { [weak self] result in
            self?.clients.removeValue(forKey: id)?.close()
            completion(result)
        }
    }

    func close() {
        let open = clients
        clients = [:]
        for client in open.values { client.close() }
    }
}

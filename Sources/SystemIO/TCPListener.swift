internal import CLinux
internal import Fundamentals
internal import Glibc

/// A listening TCP socket. Accepted connections start reading with the next turn.
public final class TCPListener {
    /// Called for each connection; who does not keep it closes it.
    public var onConnection: (TCPConnection) -> Void = { _ in }
    /// Where it listens; the port is the one the kernel chose for port 0.
    public let address: SocketAddress

    private let loop: EventLoop
    private let settings: TCPConnection.Settings
    private let descriptor: Int32
    private var registration: EventLoop.Registration?

    /// - Parameters:
    ///   - host: a numeric address or `localhost`; names are refused, because a bind must not depend on a name server.
    ///   - port: 0 for any free port.
    public init(
        loop: EventLoop, host: String = "127.0.0.1", port: UInt16 = 0, backlog: Int32 = 512,
        settings: TCPConnection.Settings = TCPConnection.Settings()
    ) throws(SystemError) {
        guard let wanted = SocketAddress(numeric: host, port: port) else {
            throw SystemError(call: "bind \(host): not a numeric address", errno: EINVAL)
        }
        self.loop = loop
        self.settings = settings
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(wanted.family, type, 0)
        guard descriptor >= 0 else { throw .last("socket") }
        self.descriptor = descriptor
        do throws(SystemError) {
            var one: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
            guard wanted.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else { throw .last("bind \(wanted)") }
            guard listen(descriptor, backlog) == 0 else { throw .last("listen \(wanted)") }
            address = try SocketAddress.local(of: descriptor)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        do throws(SystemError) {
            registration = try loop.register(descriptor, .readable) { [weak self] _ in self?.accept() }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit { close() }

    public var port: UInt16 { address.port }

    /// Stops listening; accepted connections live on.
    public func close() {
        guard let registration else { return }
        loop.unregister(registration)
        self.registration = nil
        Glibc.close(descriptor)
    }

    private func accept() {
        // A bounded number a turn: a flood of connections must not starve those that exist.
        for _ in 0..<64 {
            guard registration != nil else { return }
            let accepted = Int32(uninterrupted { Int(clinux_accept(descriptor)) })
            if accepted < 0 {
                switch errno {
                case EAGAIN: return
                case ECONNABORTED, EPROTO, ENETDOWN, EHOSTUNREACH, ENETUNREACH: continue
                default: return pause()
                }
            }
            do throws(SystemError) {
                let peer = try? SocketAddress.remote(of: accepted)
                onConnection(try TCPConnection(accepted: accepted, peer: peer, loop: loop, settings: settings))
            } catch {
                // The connection released its descriptor.
            }
        }
    }

    /// Out of descriptors or memory: the waiting connection would wake the loop for ever.
    private func pause() {
        guard let registration else { return }
        do throws(SystemError) { try loop.update(registration, []) } catch { return }
        loop.schedule(after: .milliseconds(100)) { [weak self] in
            guard let self, let registration = self.registration else { return }
            try? self.loop.update(registration, .readable)
        }
    }
}

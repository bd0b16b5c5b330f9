// Test equipment: `WirePeerServer` serves on loopback until it is told to stop; `WirePeerServer client URL` tries
// our clients against the server at URL.
internal import Fundamentals
internal import Glibc
internal import SystemIO

func main() throws -> Int32 {
    let loop = try EventLoop()
    let arguments = CommandLine.arguments
    if arguments.count == 3, arguments[1] == "client" {
        guard let (origin, _) = Origin.parse(url: arguments[2]) else {
            print("\(arguments[2]) is no URL")
            return 64
        }
        return try PeerClient(origin, loop: loop).run()
    }
    let signals = try SignalWatcher(loop: loop, [.interrupt, .terminate]) { _ in loop.stop() }
    let server = try PeerServer(loop: loop)
    print("{\"ready\":true,\"port\":\(server.port)}")
    fflush(nil)
    try loop.run()
    return withExtendedLifetime((signals, server)) { 0 }
}

exit(try main())

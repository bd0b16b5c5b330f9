/// Where MAX is.
public enum MAXVenue {
    /// REST, production. There is no public test network.
    public static let restHost = "max-api.maicoin.com"
    /// WebSocket, production.
    public static let streamHost = "max-stream.maicoin.com"
    /// Path of the WebSocket.
    public static let streamPath = "/ws"
    /// The server closes a connection that has not pinged for so many seconds.
    public static let pingTimeoutSeconds: Int64 = 130
}

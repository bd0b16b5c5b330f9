/// What one HTTP message may cost before it is refused.
struct HTTPLimits: Sendable {
    var headerBytes: Int
    var bodyBytes: Int
    /// Field lines in one header or trailer section.
    static let fields = 100
    /// One `chunk-size` line with its extensions.
    static let chunkLineBytes = 1_024
    /// Interim (1xx) responses before the final one.
    static let interimResponses = 32
}

/// A refused message and the status a server answers before it closes.
struct HTTPRefusal: Error, Sendable {
    var error: WireError
    var status: Int

    init(_ offset: Int, _ reason: String, status: Int = 400) {
        error = WireError(offset: offset, reason: reason)
        self.status = status
    }
}

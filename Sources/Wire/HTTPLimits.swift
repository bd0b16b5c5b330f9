/// What one HTTP message may cost before it is refused.
struct HTTPLimits: Sendable {
    let headerBytes: Int
    let bodyBytes: Int
    /// Field lines in one header or trailer section.
    static let fields = 100
    /// One `chunk-size` line with its extensions.
    static let chunkLineBytes = 1_024
    /// Interim (1xx) responses before the final one.
    static let interimResponses = 32

    /// Beyond what any machine holds the limits are cut, so that sums of sizes cannot overflow.
    init(headerBytes: Int, bodyBytes: Int) {
        self.headerBytes = min(max(0, headerBytes), 1 << 40)
        self.bodyBytes = min(max(0, bodyBytes), 1 << 40)
    }
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

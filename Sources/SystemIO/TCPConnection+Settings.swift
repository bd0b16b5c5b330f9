public import Fundamentals

extension TCPConnection {
    public struct Settings: Sendable {
        /// For each address tried.
        public var connectTimeout = TimeSpan.seconds(5)
        /// Bytes that may wait for the peer; a write beyond them is refused, except into an empty buffer.
        public var maxWriteBuffer = 4 << 20
        /// Keep writing after the peer has closed its direction.
        public var allowsHalfClose = false
        /// After `finish`, the longest wait for a peer that neither reads nor closes.
        public var lingerTimeout = TimeSpan.seconds(2)

        /// Longest time in which something was always left to read: what is read then is at least as old. Nil for no limit.
        public var maxReadLag: TimeSpan?

        public init() {}
    }
}

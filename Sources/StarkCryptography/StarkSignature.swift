public struct StarkSignature: Hashable, Sendable {
    public var r: Felt
    public var s: Felt

    public init(r: Felt, s: Felt) {
        self.r = r
        self.s = s
    }
}

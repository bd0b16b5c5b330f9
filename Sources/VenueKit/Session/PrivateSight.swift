/// Whether the private stream tells all there is to know of the account: up only once everything that it may have missed
/// has been asked for. Each change is told once.
public struct PrivateSight: Hashable, Sendable {
    /// Orders, fills and money are as the venue has them.
    public private(set) var isReconciled = false
    private var isDownTold = false

    public init() {}

    /// Everything is being asked for.
    public mutating func reconciling() { isReconciled = false }

    /// The stream is gone.
    /// - Parameter isReady: whether somebody relies on it yet.
    /// - Returns: whether this is to be told.
    public mutating func down(isReady: Bool) -> Bool {
        isReconciled = false
        guard isReady, !isDownTold else { return false }
        isDownTold = true
        return true
    }

    /// Everything has been asked for.
    /// - Returns: whether this is to be told.
    public mutating func up() -> Bool {
        isReconciled = true
        defer { isDownTold = false }
        return isDownTold
    }
}

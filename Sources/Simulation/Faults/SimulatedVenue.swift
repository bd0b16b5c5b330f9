/// The venues that there are worlds of.
public enum SimulatedVenue: String, Hashable, Sendable, CaseIterable {
    case aster, extended

    /// The venue of a seed for which none is asked.
    public init(ofSeed seed: UInt64) { self = seed % 2 == 0 ? .aster : .extended }

    /// What can go wrong there by chance, in the order in which plans are drawn.
    var chances: [FaultKind] {
        FaultKind.allCases.filter { kind in
            guard kind.range != nil else { return false }
            return switch self {
            case .aster: !Self.onlyOnExtended.contains(kind)
            case .extended: !Self.onlyOnAster.contains(kind)
            }
        }
    }

    private static let onlyOnAster: [FaultKind] = [.banned, .positionRiskUnknown, .nonceExpired]
    private static let onlyOnExtended: [FaultKind] = [
        .emptyBody, .textIDs, .streamBeatsReply, .editFailsAtEngine, .depthDuplicated, .depthReordered, .streamCut,
    ]
}

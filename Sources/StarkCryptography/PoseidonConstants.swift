internal import Cryptography

/// The round constants of Hades with Starknet's parameters, in the compressed form: 12 + 83 + 12.
///
/// In a partial round only the third lane is cubed, so that the constants of the other two commute with it; they are
/// pushed through the mixing into later rounds, and each partial round keeps one.
/// Source: rc[i][j] = SHA-256("Hades" ‖ decimal(3i + j)) mod p; the tests hold the published table against them.
struct PoseidonConstants: Sendable {
    static let shared = PoseidonConstants()

    static let fullRoundsPerSide = 4
    static let partialRounds = 83

    /// Three for each full round before the partial ones.
    let first: [FieldElement]
    /// One for each partial round, plus 5·p to keep a difference positive. Below 6.1, in multiples of p.
    let partial: [FieldElement]
    /// Three for each full round after the partial ones.
    let last: [FieldElement]

    private init() {
        let rounds = Self.table()
        let firstPartial = Self.fullRoundsPerSide
        let firstLast = firstPartial + Self.partialRounds
        first = rounds[..<firstPartial].flatMap { $0 }
        var partial: [FieldElement] = []
        var carried = [FieldElement.zero, .zero, .zero]
        for round in rounds[firstPartial..<firstLast] {
            let sums = zip(round, carried).map { ($0 + $1).normalized() }
            partial.append(FieldElement(Felt(sums[2])) + Self.fiveModuli)
            let total = sums[0] + sums[1]
            carried = [total + sums[0].doubled(), total - sums[1].doubled(), total].map { $0.normalized() }
        }
        self.partial = partial
        var last = Array(rounds[firstLast...])
        last[0] = zip(last[0], carried).map { ($0 + $1).normalized() }
        self.last = last.flatMap { $0 }
    }

    private static var fiveModuli: FieldElement {
        FieldElement(words: UInt256(5, 0, 0, 5 &* FieldElement.topWord))
    }

    /// The full table: 91 rounds of three.
    static func table() -> [[FieldElement]] {
        (0..<2 * fullRoundsPerSide + partialRounds).map { round in
            (0..<3).map { lane in
                let digest = Hash.sha256(Array("Hades\(3 * round + lane)".utf8))
                guard let integer = UInt256(bigEndian: digest) else {
                    preconditionFailure("A SHA-256 digest has 256 bits.")
                }
                return FieldElement(integer).normalized()
            }
        }
    }
}

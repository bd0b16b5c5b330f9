/// Poseidon over a list of elements, absorbed as they come. A copy resumes where the original stood, so that what many
/// messages start with is absorbed once.
///
/// Source: Starknet's `poseidon_hash_many`: the list is padded with a 1, then with a 0 to even length; pairs are added to
/// the rate, with a permutation after each.
public struct PoseidonSponge: Sendable {
    private var state = PoseidonState()
    /// Whether the last element absorbed waits in the first lane for its pair.
    private var isOdd = false

    public init() {}

    public mutating func absorb(_ felt: Felt) { absorb(FieldElement(felt)) }

    /// The hash of all that was absorbed; more may be absorbed afterwards, as if nothing had been asked.
    public func squeeze() -> Felt {
        var padded = self
        padded.absorb(.one)
        if padded.isOdd { padded.absorb(.zero) }
        return Felt(padded.state.first)
    }

    @inline(__always)
    private mutating func absorb(_ element: FieldElement) {
        if isOdd {
            state.second = (state.second + element).normalized()
            state.permute()
        } else {
            state.first = (state.first + element).normalized()
        }
        isOdd.toggle()
    }
}

/// Starknet's Poseidon hash.
public enum Poseidon {
    /// Of a list (`poseidon_hash_many`); not the same as the fixed-length forms.
    public static func hash(_ inputs: [Felt]) -> Felt {
        var sponge = PoseidonSponge()
        for input in inputs { sponge.absorb(input) }
        return sponge.squeeze()
    }

    /// Of exactly one element (`poseidon_hash_single`).
    public static func hash(single input: Felt) -> Felt { hash(FieldElement(input), .zero, domain: .one) }

    /// Of exactly two elements (`poseidon_hash`).
    public static func hash(pair a: Felt, _ b: Felt) -> Felt {
        hash(FieldElement(a), FieldElement(b), domain: FieldElement(2))
    }

    private static func hash(_ a: FieldElement, _ b: FieldElement, domain: FieldElement) -> Felt {
        var state = PoseidonState(first: a.normalized(), second: b.normalized(), third: domain.normalized())
        state.permute()
        return Felt(state.first)
    }
}

/// The three lanes that Poseidon permutes; the first two are the rate. Kept below 2, in multiples of p.
struct PoseidonState: Sendable {
    var first = FieldElement.zero
    var second = FieldElement.zero
    var third = FieldElement.zero

    /// Hades: 4 full rounds, 83 partial, 4 full. One round adds constants, cubes, and mixes.
    mutating func permute() {
        let constants = PoseidonConstants.shared
        fullRounds(constants.first)
        partialRounds(constants.partial)
        fullRounds(constants.last)
    }

    @inline(__always)
    private mutating func fullRounds(_ constants: [FieldElement]) {
        constants.withUnsafeBufferPointer { constants in
            for round in 0..<PoseidonConstants.fullRoundsPerSide {
                let a = (first + constants[3 * round]).cubed()
                let b = (second + constants[3 * round + 1]).cubed()
                let c = (third + constants[3 * round + 2]).cubed()
                let total = a + b + c
                first = (total + a.doubled()).normalized()
                second = total.subtractingWide(b.doubled())
                third = total.subtractingWide(c.doubled() + c)
            }
        }
    }

    /// With lanes a, b and y, the cubed third, mixing is a' = 3a + b + y, b' = a − b + y, c' = a + b − 2y.
    ///
    /// Only a + b of the first two is ever needed, and it follows the same kind of rule: with h = (a + b)/2 and
    /// w = 2a + y, the next round has h' = w, a' = w + 2h, and c' = 2(h − y). That is one reduction a round, off the path
    /// from cube to cube. b comes back at the end from a + b = 2h.
    @inline(__always)
    private mutating func partialRounds(_ constants: [FieldElement]) {
        constants.withUnsafeBufferPointer { constants in
            var a = first
            var twoH = first + second
            var c = third + constants[0]
            for round in 1..<PoseidonConstants.partialRounds {
                // c is below 10.1, therefore its square below 4.2 and its cube below 2.4: twice that is less than the 5
                // which the constant brings along.
                let y = c.squared() * c
                c = FieldElement(words: (twoH + constants[round]).words &- y.doubled().words)
                let w = (a.doubled() + y).normalized()
                a = w + twoH
                twoH = w.doubled()
            }
            let y = c.squared() * c
            let w = (a.doubled() + y).normalized()
            third = twoH.subtractingWide(y.doubled())
            first = (w + twoH).normalized()
            second = w.doubled().subtractingWide(first)
        }
    }
}

extension FieldElement {
    @inline(__always)
    fileprivate func cubed() -> FieldElement { squared() * self }
}

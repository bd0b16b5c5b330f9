/// The Keccak sponge with 256-bit output and the original padding (`0x01`), which OpenSSL 3.0 does not offer.
struct Keccak256 {
    /// Bytes absorbed per permutation: 1600 bits less twice the output's 256.
    private static let rate = 136

    private var state = InlineArray<25, UInt64>(repeating: 0)
    /// Bytes of the current block already absorbed, `0 ..< rate`.
    private var filled = 0

    mutating func absorb(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                if filled & 7 == 0, offset + 8 <= buffer.count {
                    state[filled >> 3] ^= UInt64(
                        littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                    advance(by: 8)
                    offset += 8
                } else {
                    mix(buffer[offset], at: filled)
                    advance(by: 1)
                    offset += 1
                }
            }
        }
    }

    /// Pads, permutes and returns the first 32 bytes of the state. The sponge is spent afterwards.
    mutating func squeeze() -> [UInt8] {
        mix(0x01, at: filled)
        mix(0x80, at: Self.rate - 1)
        permute()
        return (0..<32).map { UInt8(truncatingIfNeeded: state[$0 >> 3] >> UInt64(($0 & 7) * 8)) }
    }

    private mutating func advance(by count: Int) {
        filled += count
        if filled == Self.rate {
            permute()
            filled = 0
        }
    }

    private mutating func mix(_ byte: UInt8, at offset: Int) {
        state[offset >> 3] ^= UInt64(byte) << UInt64((offset & 7) * 8)
    }

    private mutating func permute() {
        for round in 0..<24 {
            mixColumns()
            rotateAndMove()
            mixRows()
            state[0] ^= Self.roundConstants[round]
        }
    }

    /// θ: every bit takes the parity of two neighbouring columns.
    private mutating func mixColumns() {
        var parity = InlineArray<5, UInt64>(repeating: 0)
        for x in 0..<5 { parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] }
        for x in 0..<5 {
            let next = parity[(x + 1) % 5]
            let change = parity[(x + 4) % 5] ^ (next << 1 | next >> 63)
            for y in 0..<5 { state[x + 5 * y] ^= change }
        }
    }

    /// ρ and π together: along π's single cycle through the 24 lanes other than the first.
    private mutating func rotateAndMove() {
        var carried = state[1]
        for step in 0..<24 {
            let lane = Self.laneCycle[step]
            let rotation = Self.rotations[step]
            let displaced = state[lane]
            state[lane] = carried << rotation | carried >> (64 - rotation)
            carried = displaced
        }
    }

    /// χ: the only non-linear step.
    private mutating func mixRows() {
        for row in 0..<5 {
            let base = row * 5
            let (a, b, c, d, e) = (state[base], state[base + 1], state[base + 2], state[base + 3], state[base + 4])
            state[base] = a ^ (~b & c)
            state[base + 1] = b ^ (~c & d)
            state[base + 2] = c ^ (~d & e)
            state[base + 3] = d ^ (~e & a)
            state[base + 4] = e ^ (~a & b)
        }
    }

    private static let laneCycle: InlineArray<24, Int> = [
        10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
    ]
    private static let rotations: InlineArray<24, UInt64> = [
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
    ]
    private static let roundConstants: InlineArray<24, UInt64> = [
        0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000,
        0x0000_0000_0000_808B, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
        0x0000_0000_0000_008A, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
        0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
        0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
        0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
    ]
}

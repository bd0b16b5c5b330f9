import Testing

@testable import StarkCryptography

@Suite struct `Hashes of Starknet` {
    private func felt(_ hex: String) throws -> Felt { try #require(Felt(hex: hex)) }

    private static let minusOne = "0x800000000000011000000000000000000000000000000000000000000000000"

    @Test(arguments: [
        (
            "0x0", "0x0", "0x293d3e8a80f400daaaffdd5932e2bcc8814bab8f414a75dcacf87318f8b14c5"
        ),
        ("0x1", "0x2", "0x5d44a3decb2b2e0cc71071f7b802f45dd792d064f0fc7316c46514f70f9891a"),
        (minusOne, minusOne, "0x8240c823e0ce7f8300da42d6a28931c23f7e2eec7dd8d7e4caae97f1fd28cf"),
    ])
    func `Poseidon of two`(_ a: String, _ b: String, _ hash: String) throws {
        #expect(Poseidon.hash(pair: try felt(a), try felt(b)).hex == hash)
    }

    @Test(arguments: [
        ("0x0", "0x60009f680a43e6f760790f76214b26243464cdd4f31fdc460baf66d32897c1b"),
        ("0x1", "0x6d226d4c804cd74567f5ac59c6a4af1fe2a6eced19fb7560a9124579877da25"),
        (minusOne, "0x4f9c8f081c3faeb0493e52d0301965dad12a3ed3854251784d189ff9fdc6b59"),
    ])
    func `Poseidon of one`(_ input: String, _ hash: String) throws {
        #expect(Poseidon.hash(single: try felt(input)).hex == hash)
    }

    @Test(arguments: [
        ([], "0x2272be0f580fd156823304800919530eaa97430e972d7213ee13f4fbf7a5dbc"),
        (["0x0"], "0x545d6f7d28a8a398e543948be5a026af60c4dea482867a6eeb2525b35d1e1e1"),
        (["0x1"], "0x579e8877c7755365d5ec1ec7d3a94a457eff5d1f40482bbe9729c064cdead2"),
        (["0x1", "0x2"], "0x371cb6995ea5e7effcd2e174de264b5b407027a75a231a70c2c8d196107f0e7"),
        ([minusOne, "0x0", minusOne], "0x5d46601287fde7988366300538d6f05fe69c1f239b1313afc01c2b0c850e401"),
        (
            ["0x1", "0x2", "0x3", "0x4", "0x5", "0x6", "0x7"],
            "0x16763d80d82ae53e5442d7ac5f76765d3c2780fe9428d4bc3082d4cf3dbfb4f"
        ),
    ])
    func `Poseidon of many`(_ inputs: [String], _ hash: String) throws {
        #expect(Poseidon.hash(try inputs.map(felt)).hex == hash)
    }

    @Test func `a sponge goes on from wherever its copy stood`() {
        let inputs = (0..<9).map { Felt(UInt64($0)) }
        for split in 0...9 {
            var prefix = PoseidonSponge()
            for input in inputs[..<split] { prefix.absorb(input) }
            _ = prefix.squeeze()
            for input in inputs[split...] { prefix.absorb(input) }
            #expect(prefix.squeeze() == Poseidon.hash(inputs))
        }
    }

    /// Rounds as they are defined: three constants and a multiplication by the whole matrix in each.
    @Test func `the permutation agrees with its definition`() {
        var random: UInt64 = 7
        for _ in 0..<5 {
            var lanes = (0..<3).map { lane in
                random = random &* 6_364_136_223_846_793_005 &+ 1
                return FieldElement(UInt256(random, UInt64(lane), random ^ 5, 77))
            }
            var state = PoseidonState(
                first: lanes[0].normalized(), second: lanes[1].normalized(), third: lanes[2].normalized())
            state.permute()
            for (round, constants) in PoseidonConstants.table().enumerated() {
                lanes = zip(lanes, constants).map { ($0 + $1).normalized() }
                let isFull = round < 4 || round >= 87
                lanes = lanes.enumerated().map {
                    isFull || $0.offset == 2 ? $0.element.squared() * $0.element : $0.element
                }
                let (a, b, c) = (lanes[0].normalized(), lanes[1].normalized(), lanes[2].normalized())
                lanes = [
                    a * FieldElement(3) + b + c, (a - b) + c, (a + b).subtractingWide(c.doubled()),
                ].map { $0.normalized() }
            }
            #expect([state.first, state.second, state.third].map { Felt($0) } == lanes.map { Felt($0) })
        }
    }

    @Test(arguments: [
        ("0x0", "0x0", "0x49ee3eba8c1600700ee1b87eb599f16716b0b1022947733551fde4050ca6804"),
        ("0x1", "0x0", "0x268a9d47dde48af4b6e2c33932ed1c13adec25555abaa837c376af4ea2f8a94"),
        ("0x0", "0x1", "0x46c9aeb066cc2f41c7124af30514f9e607137fbac950524f5fdace5788f9d43"),
        (minusOne, minusOne, "0x7258fccaf3371fad51b117471d9d888a1786c5694c3e6099160477b593a576e"),
        (
            "0x100000000000000000000000000000000000000000000000000000000000000",
            "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0x4093db927509c6f9fe0c78b70e8f9b75d099424268832b33349a5edaad9eab"
        ),
    ])
    func `Pedersen of two`(_ a: String, _ b: String, _ hash: String) throws {
        #expect(Pedersen.hash(try felt(a), try felt(b)).hex == hash)
    }

    @Test(arguments: [
        ("transfer", "0x83afd3f4caedc6eebf44246fe54e38c95e3179a5ec9ea81740eca5b482d12e"),
        ("", "0x1d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (
            #""StarknetDomain"("name":"shortstring","version":"shortstring","chainId":"shortstring","revision":"shortstring")"#,
            "0x1ff2f602e42168014d405a94f75e8a93d640751d71d16311266e140d8b0a210"
        ),
    ])
    func `selectors`(_ name: String, _ selector: String) { #expect(StarknetSelector.of(name).hex == selector) }
}

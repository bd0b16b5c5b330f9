import Cryptography
import Fundamentals
import Testing

@Suite struct `Message digests agree with their published vectors` {
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
    ])
    func `SHA-1 (FIPS 180)`(message: String, digest: String) {
        #expect(Hex.encode(Hash.sha1(Array(message.utf8))) == digest)
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 (FIPS 180)`(message: String, digest: String) {
        #expect(Hex.encode(Hash.sha256(Array(message.utf8))) == digest)
    }

    @Test(arguments: [
        ("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        ("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "45d3b367a6904e6e8d502ee04999a7c27647f91fa845d456525fd352ae3d7371"
        ),
    ])
    func `Keccak-256 (Keccak team)`(message: String, digest: String) {
        #expect(Hex.encode(Hash.keccak256(Array(message.utf8))) == digest)
    }

    @Test(arguments: [
        (135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446"),
        (136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"),
        (137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39"),
        (1_000_000, "fadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e9853098fc96"),
    ])
    func `Keccak-256 of many letters a, around its rate of 136 bytes (pycryptodome)`(count: Int, digest: String) {
        #expect(Hex.encode(Hash.keccak256([UInt8](repeating: 0x61, count: count))) == digest)
    }

    @Test func `Keccak-256 of a thousand random messages (SHA-256 over pycryptodome's digests)`() {
        var random = RandomSource(seed: 1_600)
        var digests: [UInt8] = []
        for _ in 0..<1_000 { digests += Hash.keccak256(random.bytes(Int(random.next() % 700))) }
        #expect(
            Hex.encode(Hash.sha256(digests)) == "a5b54b3ccdb27a4c119976816cc121b00ac900f1fe91cbbdb3d0091f46137d65")
    }

    @Test func `Keccak-256 of every length up to 300 (SHA-256 over pycryptodome's digests)`() {
        let digests = (0..<300).flatMap { length in Hash.keccak256((0..<length).map { UInt8($0 % 251) }) }
        #expect(
            Hex.encode(Hash.sha256(digests)) == "43833716b975b6c3732696010231f3cd4255248165f92ab8a96ec3998dc8b913")
    }
}

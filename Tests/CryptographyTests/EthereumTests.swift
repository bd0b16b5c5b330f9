import Cryptography
import Fundamentals
import Testing

@Suite struct `Ethereum keys, signatures and addresses` {
    @Test(arguments: [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77",
    ])
    func `an address shows the checksum case of EIP-55`(text: String) {
        #expect(EthereumAddress(text)?.description == text)
        #expect(EthereumAddress(text.lowercased())?.description == text)
        #expect(EthereumAddress(text.uppercased().dropFirst(2))?.description == text)
    }

    @Test(arguments: [
        "", "0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedff",
    ])
    func `text that is no address is refused`(text: String) { #expect(EthereumAddress(text) == nil) }

    @Test(arguments: [
        "", "0x", "00", String(repeating: "0", count: 64), String(repeating: "f", count: 64),
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "0x1111111111111111111111111111111111111111111111111111111111111111ff",
    ])
    func `text that is no private key is refused`(text: String) {
        #expect(EthereumPrivateKey(Secret(text)) == nil)
    }

    @Test func `two hundred random keys sign as eth-keys does, and the signer is recovered`() throws {
        var random = RandomSource(seed: 27)
        var all: [UInt8] = []
        for _ in 0..<200 {
            let key = try #require(EthereumPrivateKey(Secret(Hex.encode(random.bytes(32)))))
            let digest = random.bytes(32)
            let signature = key.sign(digest: digest)
            all += signature
            all += key.address.bytes
            #expect(EthereumAddress.recover(digest: digest, signature: signature) == key.address)
            let zeroBased = signature.dropLast() + [signature[64] - 27]
            #expect(EthereumAddress.recover(digest: digest, signature: Array(zeroBased)) == key.address)
        }
        #expect(Hex.encode(Hash.sha256(all)) == "c5cec96cc79c98a957ece6e8a44e28bcf5c6eab86dd12f871ab90698f59bf3d0")
    }

    @Test func `a changed signature or digest never recovers the signer`() throws {
        var random = RandomSource(seed: 28)
        let key = try #require(EthereumPrivateKey(Secret("0x" + String(repeating: "2a", count: 32))))
        let digest = random.bytes(32)
        let signature = key.sign(digest: digest)
        for bit in 0..<(65 * 8) {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(EthereumAddress.recover(digest: digest, signature: changed) != key.address)
        }
        for bit in 0..<(32 * 8) {
            var changed = digest
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(EthereumAddress.recover(digest: changed, signature: signature) != key.address)
        }
    }

    @Test func `what is no signature at all recovers nobody`() {
        let digest = [UInt8](repeating: 1, count: 32)
        #expect(EthereumAddress.recover(digest: digest, signature: []) == nil)
        #expect(EthereumAddress.recover(digest: [], signature: [UInt8](repeating: 1, count: 65)) == nil)
        #expect(EthereumAddress.recover(digest: digest, signature: [UInt8](repeating: 0, count: 65)) == nil)
        #expect(EthereumAddress.recover(digest: digest, signature: [UInt8](repeating: 255, count: 65)) == nil)
    }
}

import Cryptography
import Fundamentals
import MarketModel
import StarkCryptography
import Testing

@testable import VenueExtended

@Suite struct `An external id` {
    private let client = ClientOrderID(epoch: 7, sequence: 42)

    @Test func `of the first revision is ours as it is, and later ones count`() {
        #expect(ExtendedOrderID(client).text == "apus-7-42")
        #expect(ExtendedOrderID(client, revision: 1).text == "apus-7-42.1")
        let longest = ExtendedOrderID(ClientOrderID(epoch: .max, sequence: .max), revision: .max)
        #expect(longest.text.utf8.count == 37)
        #expect(ExtendedOrderID(text: longest.text) == longest)
        #expect(ExtendedOrderID(text: "apus-7-42") == ExtendedOrderID(client))
        #expect(ExtendedOrderID(text: "apus-7-42.3") == ExtendedOrderID(client, revision: 3))
        #expect(ExtendedOrderID(client) < ExtendedOrderID(client, revision: 1))
    }

    @Test(arguments: [
        "", "apus-", "apus-7", "apus-7-42.", "apus-7-42.0", "apus-7-42.01", "apus-7-42.+1", "apus-7-42.1.2",
        "apus-7-42.4294967296", "apus-07-42", "x-7-42.1", "APUS-7-42", "apus-7-42 ", ".1", "apus-7-42.-1",
        "1092046645147271960512247830445812819793660170485561875026831530201370633638",
    ])
    func `that we would not have written is not ours`(text: String) {
        #expect(ExtendedOrderID(text: text) == nil)
    }
}

@Suite struct `Nonces` {
    @Test(arguments: [0, 1, 2, UInt64(1 << 31) - 2, (1 << 31) - 1, 1 << 31, .max])
    func `stay in the venue's range from any seed`(seed: UInt64) {
        var nonces = ExtendedNonces(seed: seed)
        for _ in 0..<10_000 { #expect((1...2_147_483_646).contains(nonces.next())) }
    }

    @Test func `do not repeat`() {
        var nonces = ExtendedNonces(seed: 11)
        var seen: Set<UInt32> = []
        for _ in 0..<500_000 { seen.insert(nonces.next()) }
        #expect(seen.count == 500_000)
    }

    /// The cycle is the whole group if the multiplier's power is 1 at no proper divisor of its order.
    @Test func `come back to the start only after all of them`() {
        let modulus: UInt64 = 2_147_483_647
        func power(_ exponent: UInt64) -> UInt64 {
            var (result, base, rest): (UInt64, UInt64, UInt64) = (1, 48_271, exponent)
            while rest > 0 {
                if rest & 1 == 1 { result = result * base % modulus }
                base = base * base % modulus
                rest >>= 1
            }
            return result
        }
        #expect(power(modulus - 1) == 1)
        for prime: UInt64 in [2, 3, 7, 11, 31, 151, 331] { #expect(power((modulus - 1) / prime) != 1) }
    }

    @Test func `are the same for the same seed, and differ for neighbours`() {
        var (a, b, c) = (ExtendedNonces(seed: 5), ExtendedNonces(seed: 5), ExtendedNonces(seed: 6))
        let first = a.next()
        #expect(first == b.next() && first != c.next())
    }
}

@Suite struct `Credentials for Extended` {
    @Test func `know their public key, and take it written out`() throws {
        let credentials = try Sample.credentials(publicKey: Sample.publicKey)
        #expect(credentials.publicKey.hex == Sample.publicKey)
        #expect(credentials.vault == 421_717)
        let padded = "0x0" + Sample.publicKey.dropFirst(2).uppercased()
        #expect(throws: Never.self) { try Sample.credentials(publicKey: padded) }
    }

    @Test func `of two sub-accounts are refused, with both public keys`() throws {
        let error = #expect(throws: ExtendedCredentialsError.self) { try Sample.credentials(publicKey: "0x123") }
        let text = try #require(error?.description)
        #expect(text.contains("0x123") && text.contains(Sample.publicKey))
    }

    @Test(arguments: [
        ("", "1", Sample.key, "the Extended API key is empty"),
        ("a b", "1", Sample.key, "visible ASCII"),
        ("a\r\nb", "1", Sample.key, "visible ASCII"),
        ("key", "", Sample.key, "vault"), ("key", "-1", Sample.key, "vault"), ("key", "+1", Sample.key, "vault"),
        ("key", "4294967296", Sample.key, "vault"), ("key", "1", "secret-text", "0x and up to 64"),
        ("key", "1", "0x0", "zero"),
    ])
    func `that cannot sign are refused without showing themselves`(
        apiKey: String, vault: String, key: String, words: String
    ) throws {
        let error = #expect(throws: ExtendedCredentialsError.self) {
            try ExtendedCredentials(apiKey: Secret(apiKey), vault: vault, privateKey: Secret(key))
        }
        let text = try #require(error?.description)
        #expect(text.contains(words))
        #expect(!text.contains("secret-text") && !text.contains(key.dropFirst(2)))
    }

    @Test func `print neither API key nor private key, and nor does the signer`() throws {
        let credentials = try Sample.credentials()
        let signer = ExtendedSigner(credentials, chain: .mainnet)
        var shown = "\(credentials) \(credentials.debugDescription) \(signer) "
        dump(credentials, to: &shown)
        dump(signer, to: &shown)
        #expect(!shown.contains("0123456789abcdef"))
        #expect(!shown.contains(Sample.key.dropFirst(2)))
        #expect(shown.contains("421717"))
    }

    @Test func `a felt in decimal`() throws {
        #expect(Felt(0).decimal == "0")
        #expect(Felt(10).decimal == "10")
        #expect(Felt(.max).decimal == "18446744073709551615")
        let hash = try #require(Felt(hex: "0x6909589f9151be3f75b334a043904d92d6cb53c8a927c85c2e2c769ee75a0d9"))
        #expect(hash.decimal == "2969335148777495210033041829700798003994871688044444919524700744667647811801")
    }
}

@Suite struct `Networks of Extended` {
    @Test func `differ in host, chain and the longest life of an order`() {
        #expect(ExtendedNetwork.mainnet.chain == .mainnet && ExtendedNetwork.testnet.chain == .testnet)
        #expect(ExtendedNetwork.mainnet.host == "api.starknet.extended.exchange")
        #expect(ExtendedNetwork.testnet.host == "api.starknet.sepolia.extended.exchange")
        #expect(ExtendedNetwork.local(.testnet).host == "127.0.0.1")
        #expect(ExtendedNetwork.local(.testnet).longestOrderLife == .hours(28 * 24))
        #expect(ExtendedNetwork.mainnet.longestOrderLife == .hours(90 * 24))
    }
}

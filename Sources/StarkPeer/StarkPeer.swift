internal import Cryptography
internal import Glibc
internal import StarkCryptography
internal import VenueExtended

/// Test equipment: signs and hashes what it reads, one command to a line, for `scripts/stark-test` to compare with
/// another implementation. Its keys are made up by the script; never give it a real one.
@main
struct StarkPeer {
    static func main() {
        while let line = readLine() {
            print(answer(line.split(separator: " ").map(String.init)) ?? "refused")
            // Whoever asks waits for the answer before the next question.
            fflush(nil)
        }
    }

    private static func answer(_ words: [String]) -> String? {
        let rest = Array(words.dropFirst())
        return switch words.first {
        case "order": order(rest)
        case "pedersen": pedersen(rest)
        case "verify": verify(rest)
        case "ethereum": (try? StarkPrivateKey(ethereumSignature: Secret(rest.first ?? "")))?.publicKey.hex
        case "vault": vault(rest)
        case "transfer", "withdrawal": payment(words)
        default: nil
        }
    }

    /// KEY NETWORK then the terms: the public key, the message's hash, r and s.
    private static func order(_ words: [String]) -> String? {
        guard words.count == 11, let key = try? StarkPrivateKey(hex: Secret(words[0])),
            let network = StarknetNetwork(rawValue: words[1]), let terms = terms(Array(words[2...]))
        else { return nil }
        let hash = OrderHasher(network: network, publicKey: key.publicKey, position: terms.position).hash(terms)
        guard let signature = key.sign(hash) else { return nil }
        return [key.publicKey, hash, signature.r, signature.s].map(\.hex).joined(separator: " ")
    }

    private static func terms(_ words: [String]) -> OrderTerms? {
        guard words.count == 9, let position = UInt32(words[0]), let base = Felt(hex: words[1]),
            let baseAmount = Int64(words[2]), let quote = Felt(hex: words[3]), let quoteAmount = Int64(words[4]),
            let fee = Felt(hex: words[5]), let feeAmount = UInt64(words[6]), let expiration = UInt64(words[7]),
            let salt = UInt64(words[8])
        else { return nil }
        return OrderTerms(
            position: position, baseAsset: base, baseAmount: baseAmount, quoteAsset: quote, quoteAmount: quoteAmount,
            feeAsset: fee, feeAmount: feeAmount, expiration: expiration, salt: salt)
    }

    /// PUBLICKEY NETWORK RECEIVER, then the terms: the message's hash.
    private static func vault(_ words: [String]) -> String? {
        guard words.count == 12, let key = Felt(hex: words[0]), let network = StarknetNetwork(rawValue: words[1]),
            let receiver = UInt32(words[2]), let terms = terms(Array(words[3...]))
        else { return nil }
        return VaultOrderTerms(receivingPosition: receiver, order: terms)
            .messageHash(network: network, publicKey: key).hex
    }

    /// KIND PUBLICKEY NETWORK RECIPIENT POSITION COLLATERAL AMOUNT EXPIRATION SALT: the message's hash.
    private static func payment(_ words: [String]) -> String? {
        guard words.count == 9, let key = Felt(hex: words[1]), let network = StarknetNetwork(rawValue: words[2]),
            let position = UInt32(words[4]), let collateral = Felt(hex: words[5]), let amount = UInt64(words[6]),
            let expiration = UInt64(words[7]), let salt = UInt64(words[8]),
            let recipient: PaymentTerms.Recipient = words[0] == "transfer"
                ? UInt32(words[3]).map({ .position($0) }) : Felt(hex: words[3]).map({ .address($0) })
        else { return nil }
        return PaymentTerms(
            recipient: recipient, position: position, collateral: collateral, amount: amount, expiration: expiration,
            salt: salt
        ).messageHash(network: network, publicKey: key).hex
    }

    private static func pedersen(_ words: [String]) -> String? {
        guard words.count == 2, let a = Felt(hex: words[0]), let b = Felt(hex: words[1]) else { return nil }
        return Pedersen.hash(a, b).hex
    }

    /// PUBLICKEY HASH R S: whether it is a signature.
    private static func verify(_ words: [String]) -> String? {
        let felts = words.compactMap { Felt(hex: $0) }
        guard felts.count == 4 else { return nil }
        let signature = StarkSignature(r: felts[2], s: felts[3])
        return StarkVerification.isValid(signature, of: felts[1], by: felts[0]) ? "valid" : "invalid"
    }
}

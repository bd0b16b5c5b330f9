internal import Cryptography
internal import VenueAster
internal import Wire

/// A V3 order, signed by an agent wallet: EIP-712 hash, signature and the finished target.
enum WalletBenchmark {
    static func run(_ settings: BenchmarkSettings) -> BenchmarkRow {
        var row = BenchmarkRow(
            "sign an order with a wallet (EIP-712, secp256k1)", unit: "µs",
            excludes: "choosing the order and sending it. The reference signs a fixed digest and does nothing else.")
        // A well-known throw-away key; it must never hold anything.
        let secret = Secret("0x" + String(repeating: "11", count: 32))
        guard let key = EthereumPrivateKey(secret),
            var signer = try? AsterSigner(
                .wallet(user: nil, signer: key.address, key: secret, network: .mainnet))
        else { return row.skipped("the key does not sign") }
        let count = settings.count(500)
        let query = Array(
            "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTX&quantity=10.00&price=0.9500&newClientOrderId=apus-7-1234"
                .utf8)
        let ours = {
            (0..<count).reduce(UInt64(0)) { sum, index in
                let request = signer.sign(
                    .post, "/fapi/v1/order", query: query, at: 1_768_551_600_000_000 + Int64(index))
                return sum &* 31 &+ UInt64(request.target.utf8.last ?? 0)
            }
        }
        let bare = {
            var digest = [UInt8](repeating: 7, count: 32)
            return (0..<count).reduce(UInt64(0)) { sum, index in
                digest[0] = UInt8(truncatingIfNeeded: index)
                return sum &* 31 &+ UInt64(key.sign(digest: digest)[63])
            }
        }
        let (times, checksum) = Measurement.processorTime(
            repetitions: settings.repetitions, operations: count, [ours, bare])
        let micro = times.map { $0.map { $0 / 1_000 } }
        row.ours = BenchmarkRow.Spread(micro[0])
        row.references = [BenchmarkRow.Reference("libsecp256k1, recoverable signature alone", micro[1], ours: micro[0])]
        row.repetitions = settings.repetitions
        row.checksum = checksum.hexadecimal
        return row
    }
}

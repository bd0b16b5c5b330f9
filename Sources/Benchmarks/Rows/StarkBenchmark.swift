internal import CBareLoop
internal import Cryptography
internal import StarkCryptography
internal import VenueExtended

/// What an order at Extended costs before it can be sent: hash and signature on the STARK curve.
///
/// Beside fast-stark-crypto 0.5.0, which the exchange's own SDK signs with, where a Python that has it is named in
/// `APUS_STARK_PYTHON` (`scripts/stark-test` prepares one).
enum StarkBenchmark {
    static func run(_ settings: BenchmarkSettings) -> [BenchmarkRow] {
        guard let stage = StarkStage() else {
            return [BenchmarkRow("STARK", unit: "µs", excludes: "").skipped("the key does not sign")]
        }
        var checksum: UInt64 = 0
        var ours = StarkOperation.allCases.map { _ in [Double]() }
        var theirs = ours
        var trouble: String?
        // A repetition of ours, then one of theirs; the first is not counted.
        for repetition in 0...settings.repetitions {
            for (index, operation) in StarkOperation.allCases.enumerated() {
                let count = settings.count(operation.count)
                let start = Measurement.processorNanoseconds()
                for step in 0..<count { checksum = checksum &* 31 &+ stage.run(operation, step) }
                let spent = Measurement.processorNanoseconds() - start
                if repetition > 0 { ours[index].append(Double(spent) / Double(count) / 1_000) }
            }
            guard trouble == nil else { continue }
            switch StarkReference.measure(settings) {
            case .success(let numbers):
                guard repetition > 0 else { continue }
                for (index, operation) in StarkOperation.allCases.enumerated() {
                    if let column = operation.referenceColumn { theirs[index].append(numbers[column]) }
                }
            case .failure(let reason): trouble = reason.text
            }
        }
        return StarkOperation.allCases.enumerated().map { index, operation in
            var row = BenchmarkRow(operation.name, unit: "µs", excludes: operation.excludes)
            row.ours = BenchmarkRow.Spread(ours[index])
            row.repetitions = settings.repetitions
            row.checksum = checksum.hexadecimal
            if operation.referenceColumn != nil {
                if theirs[index].count == ours[index].count {
                    row.references = [
                        BenchmarkRow.Reference("fast-stark-crypto 0.5.0", theirs[index], ours: ours[index])
                    ]
                }
                row.remark = trouble.map { "No reference: \($0)." }
            }
            if operation == .orderHashAndSignature {
                var remark = latencies(stage, settings) + allocations(settings)
                if let reference = row.references.first {
                    row.budget = BenchmarkRow.Budget(.ratio, 1.0 / 7)
                    remark += " \(Benchmarks.text(1 / reference.ratio)) times the reference's rate."
                }
                row.remark = row.remark.map { "\($0) \(remark)" } ?? remark
            }
            return row
        }
    }

    private static func latencies(_ stage: StarkStage, _ settings: BenchmarkSettings) -> String {
        let count = settings.count(5_000)
        var sample = LatencySample(capacity: count)
        for step in 0..<count {
            let start = Measurement.monotonicNanoseconds()
            _ = stage.run(.orderHashAndSignature, step)
            sample.record(Measurement.monotonicNanoseconds() - start)
        }
        let (median, late) = (sample.microseconds(percentile: 50), sample.microseconds(percentile: 99))
        return "One by one on the wall clock: p50 \(Benchmarks.text(median)) µs, p99 \(Benchmarks.text(late)) µs,"
            + " which differ with the candidates for the secret number that are passed over."
    }

    private static func allocations(_ settings: BenchmarkSettings) -> String {
        guard let child = ChildProcess(settings, ["stark-allocations", "\(settings.count(1_000))"]),
            let line = child.readLine()
        else { return "" }
        child.wait()
        return " Allocations for each once warm: \(line)."
    }

    /// In the child: prints the allocations of one order's hash and signature.
    static func countAllocations(_ arguments: [String]) -> Int32 {
        guard let count = arguments.first.flatMap({ Int($0) }), count > 0 else { return 64 }
        guard bare_count_allocations() == 1, let stage = StarkStage() else {
            print("not counted")
            return 0
        }
        _ = stage.run(.orderHashAndSignature, 0)
        let before = bare_allocations()
        var checksum: UInt64 = 0
        for step in 0..<count { checksum = checksum &* 31 &+ stage.run(.orderHashAndSignature, step) }
        let allocated = bare_allocations() - before
        print(Benchmarks.text(Double(allocated) / Double(count)))
        return checksum == 0 ? 70 : 0
    }
}

/// The rows, in their order.
enum StarkOperation: CaseIterable {
    case permutation, pedersen, publicKey, orderHash, signature, orderHashAndSignature, verification

    var name: String {
        switch self {
        case .permutation: "STARK: Poseidon of two elements (one permutation)"
        case .pedersen: "STARK: Pedersen of two elements"
        case .publicKey: "STARK: public key (one multiple of the generator)"
        case .orderHash: "STARK: hash of an order"
        case .signature: "STARK: signature of a hash"
        case .orderHashAndSignature: "STARK: hash and signature of an order"
        case .verification: "STARK: verification of a signature"
        }
    }

    var excludes: String {
        let common = "choosing amounts and writing the request; the tables, which are built once."
        let theirs = " The reference includes Python's call and its integers, a few microseconds."
        return switch self {
        case .permutation: common
        case .orderHash, .orderHashAndSignature:
            common + theirs
                + " It also hashes the domain and the fixed prefix again each time, as its interface has it."
        case .pedersen, .publicKey, .signature, .verification: common + theirs
        }
    }

    /// Operations in one repetition.
    var count: Int {
        switch self {
        case .permutation: 5_000
        case .pedersen, .publicKey, .orderHash, .signature, .orderHashAndSignature: 1_000
        case .verification: 300
        }
    }

    /// Which of the reference's numbers it is measured against.
    var referenceColumn: Int? {
        switch self {
        case .permutation: nil
        case .pedersen: 0
        case .publicKey: 1
        case .orderHash: 2
        case .signature: 3
        case .orderHashAndSignature: 4
        case .verification: 5
        }
    }
}

/// A key, an order and a signature to work on.
struct StarkStage {
    /// A key made up for this; it must never hold anything.
    static let key = "0x44cf6a2062344b7772768dd2b06a5fef29b0bce14fb31884377bebb7b1fc056"

    private let key: StarkPrivateKey
    private let hasher: OrderHasher
    private let terms: OrderTerms
    private let hash: Felt
    private let signature: StarkSignature

    init?() {
        guard let key = try? StarkPrivateKey(hex: Secret(Self.key)),
            let asset = Felt(hex: "0x4254432d3600000000000000000000")
        else { return nil }
        self.key = key
        hasher = OrderHasher(network: .mainnet, publicKey: key.publicKey, position: 421_717)
        terms = OrderTerms(
            position: 421_717, baseAsset: asset, baseAmount: -4_030, quoteAsset: Felt(1), quoteAmount: 340_708_290,
            feeAsset: Felt(1), feeAmount: 85_178, expiration: 1_798_876_801, salt: 1_039_229_575)
        hash = hasher.hash(terms)
        guard let signature = key.sign(hash) else { return nil }
        self.signature = signature
    }

    /// Does it once, differently for each `step`, and returns something of the result.
    func run(_ operation: StarkOperation, _ step: Int) -> UInt64 {
        let number = UInt64(truncatingIfNeeded: step)
        var terms = terms
        terms.salt &+= number
        return switch operation {
        case .permutation: Self.fold(Poseidon.hash(pair: hash, Felt(number)))
        case .pedersen: Self.fold(Pedersen.hash(hash, Felt(number)))
        case .publicKey: Self.fold((try? StarkPrivateKey(grinding: [UInt8(truncatingIfNeeded: step)]))?.publicKey)
        case .orderHash: Self.fold(hasher.hash(terms))
        case .signature: Self.fold(key.sign(Felt(number &* 0x9E37_79B9_7F4A_7C15))?.s)
        case .orderHashAndSignature: Self.fold(key.sign(hasher.hash(terms))?.s)
        case .verification: StarkVerification.isValid(signature, of: hash, by: key.publicKey) ? 1 : 0
        }
    }

    /// The low word; 0 for none.
    private static func fold(_ felt: Felt?) -> UInt64 { felt?.lowWord ?? 0 }
}

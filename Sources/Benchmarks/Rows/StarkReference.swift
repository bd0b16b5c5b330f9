internal import Glibc

/// The same operations by fast-stark-crypto, in a Python of its own.
enum StarkReference {
    struct Unavailable: Error {
        var text: String
    }

    /// Microseconds of processor time for each operation, in the order of `StarkOperation.referenceColumn`.
    static func measure(_ settings: BenchmarkSettings) -> Result<[Double], Unavailable> {
        guard let python = getenv("APUS_STARK_PYTHON").map({ String(cString: $0) }), !python.isEmpty else {
            return .failure(Unavailable(text: "APUS_STARK_PYTHON names no Python that has fast-stark-crypto"))
        }
        // Through env(1), for a Python finds its packages by the name that it was started with.
        var child = settings
        child.executable = "/usr/bin/env"
        child.childPrefix = [python, "-c", program]
        guard let process = ChildProcess(child, ["\(settings.count(300))", StarkStage.key]) else {
            return .failure(Unavailable(text: "\(python) did not start"))
        }
        let numbers = process.readLine()?.split(separator: " ").compactMap { Double($0) } ?? []
        guard process.wait().status == 0, numbers.count == 6 else {
            return .failure(Unavailable(text: "\(python) has no working fast-stark-crypto"))
        }
        return .success(numbers)
    }

    private static let program = """
        import sys, time
        import fast_stark_crypto as reference
        count, key = int(sys.argv[1]), int(sys.argv[2], 16)
        public = reference.get_public_key(key)
        def order(salt):
            return reference.get_order_msg_hash(
                position_id=421717, base_asset_id=0x4254432d3600000000000000000000, base_amount=-4030,
                quote_asset_id=1, quote_amount=340708290, fee_asset_id=1, fee_amount=85178, expiration=1798876801,
                salt=1039229575 + salt, user_public_key=public, domain_name="Perpetuals", domain_version="v0",
                domain_chain_id="SN_MAIN", domain_revision="1")
        hashed = order(0)
        r, s = reference.sign(key, hashed)
        def measured(operation):
            operation(0)
            start = time.process_time()
            for step in range(count):
                operation(step)
            return (time.process_time() - start) / count * 1e6
        print(*map(measured, (
            lambda step: reference.pedersen_hash(hashed, step),
            lambda step: reference.get_public_key(key + step),
            order,
            lambda step: reference.sign(key, step * 0x9E3779B97F4A7C15 % 2**64),
            lambda step: reference.sign(key, order(step)),
            lambda step: reference.verify(public, hashed, r, s))))
        """
}

internal import Glibc

/// Reading clocks around work.
enum Measurement {
    /// Time this process has spent on processors, which other processes' load does not count towards.
    static func processorNanoseconds() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    /// A clock that never steps, for latencies.
    @inline(__always)
    static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// Runs the contestants in turn, A B C A B C …, after one turn that is not counted.
    ///
    /// Each returns a number that depends on all of its work, and does `operations` operations.
    /// - Returns: processor nanoseconds per operation, by contestant and repetition, and the first contestant's number.
    static func processorTime(
        repetitions: Int, operations: Int, _ contestants: [() -> UInt64]
    ) -> (nanoseconds: [[Double]], checksum: UInt64) {
        var results = [[Double]](repeating: [], count: contestants.count)
        var checksum: UInt64 = 0
        for repetition in 0...repetitions {
            for (index, contestant) in contestants.enumerated() {
                let start = processorNanoseconds()
                let number = contestant()
                let spent = processorNanoseconds() - start
                if index == 0 { checksum = checksum &* 31 &+ number }
                if repetition > 0 { results[index].append(Double(spent) / Double(operations)) }
            }
        }
        return (results, checksum)
    }
}

/// Latencies of one repetition, in nanoseconds.
struct LatencySample {
    private var values: [Int64] = []

    init(capacity: Int) { values.reserveCapacity(capacity) }

    mutating func record(_ nanoseconds: Int64) { values.append(nanoseconds) }

    /// Microseconds below which `percent` of the latencies lie.
    func microseconds(percentile percent: Int) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[min(sorted.count - 1, sorted.count * percent / 100)]) / 1_000
    }
}

extension UInt64 {
    /// Sixteen hexadecimal digits.
    var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

internal import Foundation

/// What the numbers were measured on.
enum Machine {
    static func description(date: String) -> String {
        """
        Measured \(date): \(cores) cores, \(processor), Linux \(kernel), Swift \(compiler), \(build), load average \
        \(loadAverage). Processor times are of the process; latencies are of a monotonic clock. Reference and Apus take \
        turns within one run: on shared machines the ratios count, not the microseconds.
        """
    }

    static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    private static var processor: String {
        let line = text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    }

    private static var kernel: String {
        text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static var loadAverage: String {
        text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
    }

    private static var build: String {
        #if DEBUG
            "**debug build: these numbers mean nothing**"
        #else
            "release build"
        #endif
    }

    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3.2)
            "6.3.2 or later"
        #elseif compiler(>=6.3.1)
            "6.3.1"
        #else
            "6.3"
        #endif
    }

    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}

internal import CommandLineKit
internal import Glibc
internal import SystemIO

/// Standard output is data, standard error is talk.
enum Console {
    static let talksToTerminal = isTerminal(STDERR_FILENO)
    static let writesToTerminal = isTerminal(STDOUT_FILENO)
    static let style = TextStyle(isTerminal: writesToTerminal, environment: Environment.variables)
    static var width: Int { terminalSize(STDOUT_FILENO)?.columns ?? 100 }

    static func out(_ text: String, terminator: String = "\n") { write(text + terminator, to: STDOUT_FILENO) }
    static func talk(_ text: String, terminator: String = "\n") { write(text + terminator, to: STDERR_FILENO) }

    /// All of it, or nothing more once the reader has gone away.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                bytes = bytes.dropFirst(written)
            } else if written < 0, errno == EINTR || errno == EAGAIN {
                continue
            } else {
                return
            }
        }
    }

    /// What a person types up to the end of a line.
    static func readLine() -> [UInt8] {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 1_024, read(STDIN_FILENO, &byte, 1) == 1, byte != 0x0A { bytes.append(byte) }
        return bytes
    }

    /// One line of standard input, or all of it.
    static func readStandardInput(limit: Int = 1 << 20) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = chunk.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}

/// The process's environment as it was at the start.
enum Environment {
    static let variables: [String: String] = {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry = entry.advanced(by: 1)
        }
        return result
    }()
}

func exitNow(_ code: ExitCode) -> Never { exit(code.rawValue) }

internal import CommandLineKit
internal import Glibc

/// `apus exercise`: becomes `apus-exercise`, the program beside this one. What trades with itself is no part of the program
/// that trades.
enum ExerciseCommand {
    static let description = Command(
        "exercise", abstract: "make local exchanges work hard: self-trading, as a test",
        discussion: """
            Runs the program apus-exercise, which is installed beside this one and is no part of it. It only reaches local \
            exchanges of `apus venue` on this machine. `apus exercise self-trade --help` tells more.
            """,
        group: "Rehearse",
        examples: [Example("apus exercise self-trade ace.json", "trade with oneself on a local ACE for a minute")])

    /// Does not return where the other program starts.
    static func become(_ words: [String]) -> ExitCode {
        guard let own = ownPath() else {
            Console.talk("apus exercise: this program's own place could not be found")
            return .software
        }
        let path =
            own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/apus-exercise"
        var arguments: [UnsafeMutablePointer<CChar>?] = (["apus exercise"] + words).map { strdup($0) }
        arguments.append(nil)
        execv(path, arguments)
        Console.talk("apus exercise: \(path) could not be started: \(String(cString: strerror(errno)))")
        return .unavailable
    }

    private static func ownPath() -> String? {
        var bytes = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

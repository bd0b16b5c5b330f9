/// How a process ends: the numbers of `sysexits.h`, so that scripts can tell the causes apart.
public struct ExitCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let success = ExitCode(rawValue: 0)
    /// Checked, and found wrong: a failed verification, not a failed program.
    public static let failure = ExitCode(rawValue: 1)
    /// The command line is wrong.
    public static let usage = ExitCode(rawValue: 64)
    /// The input data are wrong.
    public static let dataError = ExitCode(rawValue: 65)
    /// An input file is missing or unreadable.
    public static let noInput = ExitCode(rawValue: 66)
    /// The venue, or another service, cannot be reached.
    public static let unavailable = ExitCode(rawValue: 69)
    /// A defect of this program.
    public static let software = ExitCode(rawValue: 70)
    /// An output file cannot be made.
    public static let cannotCreate = ExitCode(rawValue: 73)
    public static let ioError = ExitCode(rawValue: 74)
    /// Try again later.
    public static let temporaryFailure = ExitCode(rawValue: 75)
    /// Keys refused, or a file that may not be read.
    public static let noPermission = ExitCode(rawValue: 77)
    /// The configuration is wrong.
    public static let configuration = ExitCode(rawValue: 78)

    /// Ended by a signal, as shells report it: 128 + number.
    public static func signal(_ number: Int32) -> ExitCode { ExitCode(rawValue: 128 + number) }

    /// The codes a manual page lists, in order.
    public static let documented: [(code: ExitCode, meaning: String)] = [
        (.success, "success"),
        (.failure, "checked, and found wrong"),
        (.usage, "the command line is wrong"),
        (.dataError, "the input data are wrong"),
        (.noInput, "an input file is missing or unreadable"),
        (.unavailable, "the venue cannot be reached"),
        (.software, "a defect of this program"),
        (.cannotCreate, "an output file cannot be made"),
        (.ioError, "reading or writing failed"),
        (.temporaryFailure, "try again later"),
        (.noPermission, "keys refused, or a file may not be read"),
        (.configuration, "the configuration is wrong"),
    ]
}

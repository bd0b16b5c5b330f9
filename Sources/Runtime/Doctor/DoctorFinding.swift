/// What one check of the doctor found: a line for people, an object for machines.
public struct DoctorFinding: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable, CaseIterable {
        case ok, warn
        case fail = "FAIL"
    }
    /// Who has to act on a failure.
    public enum Cause: Hashable, Sendable {
        /// The person who wrote the configuration or made the keys.
        case configuration
        /// The network or the venue: trying again may help.
        case unavailable
    }

    public var check: String
    public var status: Status
    public var cause: Cause
    public var detail: String
    /// What to do; empty when there is nothing to do.
    public var advice: String

    public static func ok(_ check: String, _ detail: String) -> DoctorFinding {
        DoctorFinding(check: check, status: .ok, cause: .configuration, detail: detail, advice: "")
    }
    public static func warn(_ check: String, _ detail: String, _ advice: String) -> DoctorFinding {
        DoctorFinding(check: check, status: .warn, cause: .configuration, detail: detail, advice: advice)
    }
    public static func fail(
        _ check: String, _ detail: String, _ advice: String, _ cause: Cause = .configuration
    ) -> DoctorFinding {
        DoctorFinding(check: check, status: .fail, cause: cause, detail: detail, advice: advice)
    }
}

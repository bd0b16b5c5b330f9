public import SystemIO

/// How a session came to its end.
public enum RunEnding: Hashable, Sendable {
    /// The venue confirmed that nothing rests.
    case stopped
    /// A second signal: what rests is left to the venue's dead man's switch.
    case abandoned(ProcessSignal)
    /// Start-up failed for good before anything was quoted.
    case refused(String)
}

internal import CLinux

/// Keeps keys in memory from reaching a disk or another process of the same user.
public enum HardenProcess {
    /// Forbids core files (RLIMIT_CORE 0) and makes the process undumpable (PR_SET_DUMPABLE 0), which also stops other
    /// processes of this user from attaching a debugger or reading its memory. Source: prctl(2), core(5).
    ///
    /// Debuggers and profilers can no longer attach; there is deliberately no switch for that in a live session.
    public static func apply() throws(SystemError) {
        guard clinux_forbid_core_files() == 0 else { throw .last("setrlimit RLIMIT_CORE") }
        guard clinux_set_undumpable() == 0 else { throw .last("prctl PR_SET_DUMPABLE") }
    }

    /// Whether both hold.
    public static var isApplied: Bool { clinux_core_limit() == 0 && clinux_get_dumpable() == 0 }
}

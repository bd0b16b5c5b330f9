internal import Configuration

extension BotConfiguration {
    /// The first thing that differs and that a process is bound to: the account it holds, and where it writes.
    func firstFixedDifference(to other: BotConfiguration) -> String? {
        let pairs: [(name: String, isEqual: Bool)] = [
            ("venue", venue == other.venue), ("use_testnet", usesTestnet == other.usesTestnet),
            ("endpoints", endpoints == other.endpoints), ("credentials", credentials == other.credentials),
            ("state_directory", stateDirectory == other.stateDirectory), ("logging", logging == other.logging),
            ("control", control == other.control),
            ("notifications", notifications == other.notifications),
        ]
        return pairs.first { !$0.isEqual }?.name
    }
}

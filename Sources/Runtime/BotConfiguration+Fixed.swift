internal import Configuration

extension BotConfiguration {
    /// The first thing that differs and that a process is bound to: the account it holds, and where it writes.
    func firstFixedDifference(to other: BotConfiguration) -> String? {
        let pairs: [(name: String, isEqual: Bool)] = [
            ("venue", venue == other.venue), ("reference", isSameReference(other)),
            ("use_testnet", usesTestnet == other.usesTestnet),
            ("endpoints", endpoints == other.endpoints), ("credentials", credentials == other.credentials),
            ("state_directory", stateDirectory == other.stateDirectory), ("logging", logging == other.logging),
            ("control", control == other.control),
            ("notifications", notifications == other.notifications),
        ]
        return pairs.first { !$0.isEqual }?.name
    }

    /// Where the reference is and whose keys open it.
    private func isSameReference(_ other: BotConfiguration) -> Bool {
        mirror?.endpoints == other.mirror?.endpoints && mirror?.credentials == other.mirror?.credentials
            && mirror?.marketType == other.mirror?.marketType
    }
}

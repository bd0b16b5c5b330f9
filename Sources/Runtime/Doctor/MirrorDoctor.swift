public import Configuration
internal import Cryptography
internal import Fundamentals
internal import MarketModel
internal import RiskControl
internal import VenueACE
internal import VenueBinance
internal import VenueBitoPro
internal import VenueKit
internal import VenueMAX

/// ``Doctor`` for a bot on two venues: each by itself, then what holds between them.
public final class MirrorDoctor {
    private let configuration: BotConfiguration
    private let credentials: VenueCredentials?
    private let tell: (DoctorFinding) -> Void
    private var report = DoctorReport()

    /// - Parameters:
    ///   - credentials: nil leaves both accounts out.
    ///   - tell: called for each finding, as it is found.
    public init(
        _ configuration: BotConfiguration, credentials: VenueCredentials?, tell: @escaping (DoctorFinding) -> Void
    ) {
        self.configuration = configuration
        self.credentials = credentials
        self.tell = tell
    }

    /// Blocks for some seconds.
    public func examine() throws -> DoctorReport {
        guard let mirror = configuration.mirror else { return report }
        guard let target = try examineTarget(mirror), let reference = try examineReference(mirror) else {
            return report
        }
        let rules = MirrorDoctorRules(
            configuration: configuration, mirror: mirror, target: target, reference: reference)
        rules.findings.forEach(add)
        return report
    }

    private func add(_ finding: DoctorFinding) {
        report.findings.append(finding)
        tell(finding)
    }

    // MARK: The two venues

    private func examineTarget(_ mirror: BotConfiguration.MirrorSettings) throws -> VenueFacts? {
        let rest = configuration.endpoints.rest
        let stream = configuration.endpoints.stream
        switch (configuration.venue, targetCredentials) {
        case (.max, .max(let keys)?):
            return try examine(MirrorAdapters.max(configuration, keys), rest, stream)
        case (.max, _): return try examine(MirrorAdapters.max(configuration, nil), rest, stream)
        case (.ace, .ace(let keys)?): return try examine(MirrorAdapters.ace(configuration, mirror, keys), rest, stream)
        case (.ace, _): return try examine(MirrorAdapters.ace(configuration, mirror, nil), rest, stream)
        case (.bitoPro, .bitoPro(let keys)?):
            return try examine(MirrorAdapters.bitoPro(configuration, mirror, keys, streamsBooks: false), rest, stream)
        case (.bitoPro, _):
            return try examine(MirrorAdapters.bitoPro(configuration, mirror, nil, streamsBooks: false), rest, stream)
        case (.aster, _), (.extended, _), (.binance, _): return nil
        }
    }

    private var targetCredentials: MirrorTargetCredentials? {
        guard case .mirror(let target, _)? = credentials else { return nil }
        return target
    }

    private func examineReference(_ mirror: BotConfiguration.MirrorSettings) throws -> VenueFacts? {
        let keys: BinanceCredentials? = if case .mirror(_, let keys)? = credentials { keys } else { nil }
        let (rest, stream) = (mirror.endpoints.rest, mirror.endpoints.stream)
        return switch mirror.marketType {
        case .spot: try examine(MirrorAdapters.binanceSpot(configuration, mirror, keys), rest, stream)
        case .usdm: try examine(MirrorAdapters.binanceFutures(configuration, mirror, keys), rest, stream)
        }
    }

    private func examine(
        _ adapter: some VenueAdapter, _ rest: VenueEndpoint, _ stream: VenueEndpoint
    ) throws -> VenueFacts? {
        let probe = try DoctorProbe(
            rest: rest.origin, stream: stream.origin, tls: try LiveSessions.tls(configuration))
        defer { probe.close() }
        let hosts = adapter.streamCount == 0 ? [("REST host", rest)] : [("REST host", rest), ("stream host", stream)]
        let names = try DoctorNames.check(hosts, with: probe)
        for finding in names + [DoctorNames.openWire(rest)].compactMap({ $0 }) {
            var finding = finding
            finding.check = "\(adapter.name) \(finding.check)"
            add(finding)
            guard finding.status == .ok else { return nil }
        }
        let doctor = AdapterDoctor(
            adapter, probe, maxRoundTrip: configuration.accountLimits.maxRoundTrip, tell: { self.add($0) })
        return try doctor.examine() ? doctor.facts : nil
    }
}

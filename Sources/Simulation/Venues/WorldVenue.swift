internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import RiskControl
internal import TradingEngine
internal import VenueKit
internal import Wire

/// A venue as a world needs it: how its two ends are made, what fails there, and how its books are read.
protocol WorldVenue: Sendable {
    associatedtype Session: VenueSession
    associatedtype Server: LocalVenue
    associatedtype Books: AuditedBooks

    static var fundingInterval: TimeSpan { get }
    static func rules(_ scenario: WorldScenario, _ plan: FaultPlan) -> Auditor.Rules
    static func makeServer(
        _ scenario: WorldScenario, plan: FaultPlan, seed: UInt64, startingAt start: Instant
    ) -> Server
    static func makeFlow(
        _ scenario: WorldScenario, plan: FaultPlan, seed: UInt64, startingAt start: Instant
    ) -> any OrderFlow
    static func makeNode(
        _ scenario: WorldScenario, plan: FaultPlan, life: Life, seed: UInt64
    ) -> TradingNode<Session>
    static func arrivalHorizon(_ plan: FaultPlan) -> TimeSpan
    /// How long the venue's last fault may keep the process from sending anything at all.
    static func longestPause(_ plan: FaultPlan) -> TimeSpan

    // MARK: Faults

    /// Everything works again from here on; clocks stay as they are.
    static func calm(_ server: inout Server)
    static func clockSkew(_ server: Server) -> TimeSpan
    static func setClockSkew(_ skew: TimeSpan, of server: inout Server)
    static func setMaintenance(_ isOn: Bool, of server: inout Server)
    /// How often a fault of the venue's own has struck; nil for one that it does not have.
    static func strikes(_ kind: FaultKind, of server: Server) -> Int?

    // MARK: Auditing

    static func books(_ server: Server) -> Books
    /// The markets whose prices a stream brings; empty for others.
    static func markets(heardOn target: String, _ plan: FaultPlan) -> [MarketID]
    /// The orders that a request brings to the venue.
    /// - Parameter approved: what the engine has just let through.
    static func orders(
        in request: HTTPRequest, _ bytes: [UInt8], approved: [InFlightOrders.Entry], _ plan: FaultPlan
    ) -> [InFlightOrders.Entry]
    /// Request weight that a reply says was used, and the limit on it.
    static func usedWeight(_ response: HTTPResponse, _ server: Server) -> (used: Int64?, limit: Int64)
    /// Texts that no reply may have, each with what it means.
    static var fatalReplies: [(text: String, meaning: String)] { get }
    /// What a host adds to each reply.
    static func addHeaders(to response: inout HTTPResponse, at venueTime: Instant)
    /// Funding that was booked is always learnt, whatever the streams lose.
    static var isFundingKnown: Bool { get }
}

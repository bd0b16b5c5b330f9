internal import Cryptography
internal import Exchange
public import Fundamentals
internal import LocalVenues
public import MarketModel
internal import Quoting
internal import RiskControl
internal import TradingEngine
internal import VenueAster
internal import VenueKit

/// What is the same in every world of a batch: market, bot, limits and timetable.
public struct WorldScenario: Hashable, Sendable {
    public var start: Instant
    /// When all faults end…
    public var faultsUntil: TimeSpan
    /// …the process is told to stop…
    public var stopAfter: TimeSpan
    /// …and by when it must have stopped.
    public var endAfter: TimeSpan
    public var tickEvery: TimeSpan
    /// The bot's hard limit on its worst case, in lots.
    public var positionLimit: Quantity

    public static let standard = WorldScenario(
        start: Instant(milliseconds: 1_780_000_000_000), faultsUntil: .seconds(105), stopAfter: .seconds(125),
        endAfter: .seconds(200), tickEvery: .milliseconds(50), positionLimit: Quantity(lots: 10_000))
}

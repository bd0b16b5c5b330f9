/// Everything the panel shows, as text: numbers arrive written, so that the panel knows nothing of money.
public struct PanelModel: Hashable, Sendable {
    /// One side of the touch, or one of our orders.
    public struct Level: Hashable, Sendable {
        public var price: String
        public var quantity: String
        /// Behind them: `12s, ahead 340`. Empty for the touch.
        public var note: String

        public init(price: String, quantity: String, note: String = "") {
            self.price = price
            self.quantity = quantity
            self.note = note
        }
    }

    public struct Position: Hashable, Sendable {
        public var lots: String
        public var value: String
        public var entry: String
        public var unrealized: String

        public init(lots: String, value: String, entry: String, unrealized: String) {
            self.lots = lots
            self.value = value
            self.entry = entry
            self.unrealized = unrealized
        }
    }

    /// Where the money comes from; text that begins with `-` is shown as a loss.
    public struct Profit: Hashable, Sendable {
        public var spread: String
        public var inventory: String
        /// Nil where nothing is hedged.
        public var hedging: String?
        public var fees: String
        public var funding: String
        public var net: String
        public var equity: String

        public init(
            spread: String, inventory: String, hedging: String? = nil, fees: String, funding: String, net: String,
            equity: String
        ) {
            self.spread = spread
            self.inventory = inventory
            self.hedging = hedging
            self.fees = fees
            self.funding = funding
            self.net = net
            self.equity = equity
        }
    }

    /// One of several markets: a line of the panel's tables.
    public struct Market: Hashable, Sendable {
        public var symbol: String
        public var health: Health
        /// Empty while it is being quoted; otherwise why not.
        public var state: String
        public var bid: String
        public var ask: String
        /// Our best orders.
        public var ownBid: String
        public var ownAsk: String
        public var position: String
        /// Share of the time with quotes on both sides.
        public var twoSided: String
        public var profit: Profit
        /// What the mid did for the fills 1 s, 5 s, 30 s and 5 min later.
        public var markouts: [String]

        public init(
            symbol: String, health: Health = .unknown, state: String = "", bid: String = "-", ask: String = "-",
            ownBid: String = "-", ownAsk: String = "-", position: String = "-", twoSided: String = "-",
            profit: Profit, markouts: [String] = []
        ) {
            self.symbol = symbol
            self.health = health
            self.state = state
            self.bid = bid
            self.ask = ask
            self.ownBid = ownBid
            self.ownAsk = ownAsk
            self.position = position
            self.twoSided = twoSided
            self.profit = profit
            self.markouts = markouts
        }
    }

    public struct Activity: Hashable, Sendable {
        public var fills: String
        public var volume: String
        public var makerShare: String
        public var orderToTrade: String
        public var orderRate: String
        public var weightUsed: String
        /// Share of the time with quotes on both sides.
        public var twoSided: String
        /// What the mid did for the fills, five seconds later; begins with `-` where it went against them.
        public var markout: String

        public init(
            fills: String, volume: String, makerShare: String, orderToTrade: String, orderRate: String,
            weightUsed: String, twoSided: String = "-", markout: String = "-"
        ) {
            self.fills = fills
            self.volume = volume
            self.makerShare = makerShare
            self.orderToTrade = orderToTrade
            self.orderRate = orderRate
            self.weightUsed = weightUsed
            self.twoSided = twoSided
            self.markout = markout
        }
    }

    public enum Health: String, Hashable, Sendable, CaseIterable { case good, warning, bad, unknown }

    /// Something that should be well: `market stream`, `0.1s`.
    public struct Light: Hashable, Sendable {
        public var name: String
        public var text: String
        public var health: Health

        public init(_ name: String, _ text: String, _ health: Health) {
            self.name = name
            self.text = text
            self.health = health
        }
    }

    /// How much of a limit is used.
    public struct Bar: Hashable, Sendable {
        public var name: String
        /// `22/50`.
        public var text: String
        /// Used thousandths; above 1000 is shown as full.
        public var permille: Int

        public init(_ name: String, _ text: String, permille: Int) {
            self.name = name
            self.text = text
            self.permille = permille
        }
    }

    public struct LogLine: Hashable, Sendable {
        public var text: String
        public var health: Health

        public init(_ text: String, _ health: Health = .good) {
            self.text = text
            self.health = health
        }
    }

    public var venue: String
    /// Of the market in detail.
    public var symbol: String
    /// `quoting`, `halted: daily loss`, …
    public var phase: String
    public var phaseHealth: Health
    public var clock: String
    public var bid: Level?
    public var ask: Level?
    public var mid: String
    public var spread: String
    /// Our orders, best first.
    public var bids: [Level]
    public var asks: [Level]
    public var position: Position
    /// Positions of the market in detail over time, oldest first, in any unit; empty for no picture of it.
    public var inventory: [Int64]
    /// Of all markets together.
    public var profit: Profit
    /// Of all markets together, as those of a market; empty where they are not told.
    public var markouts: [String]
    public var activity: Activity
    public var lights: [Light]
    public var limits: [Bar]
    /// Oldest first.
    public var log: [LogLine]
    /// Tables of markets are drawn where there are several; everything but profit, activity, lights and account limits
    /// then speaks of the one in detail.
    public var markets: [Market]

    public init(
        venue: String, symbol: String, phase: String, phaseHealth: Health = .unknown, clock: String,
        bid: Level? = nil, ask: Level? = nil, mid: String = "-", spread: String = "-", bids: [Level] = [],
        asks: [Level] = [], position: Position, inventory: [Int64] = [], profit: Profit, markouts: [String] = [],
        activity: Activity, lights: [Light] = [], limits: [Bar] = [], log: [LogLine] = [], markets: [Market] = []
    ) {
        self.venue = venue
        self.symbol = symbol
        self.phase = phase
        self.phaseHealth = phaseHealth
        self.clock = clock
        self.bid = bid
        self.ask = ask
        self.mid = mid
        self.spread = spread
        self.bids = bids
        self.asks = asks
        self.position = position
        self.inventory = inventory
        self.profit = profit
        self.markouts = markouts
        self.activity = activity
        self.lights = lights
        self.limits = limits
        self.log = log
        self.markets = markets
    }
}

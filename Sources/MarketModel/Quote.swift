/// An order that a model would like to see working.
public struct Quote: Hashable, Sendable {
    public var side: Side
    public var price: Price
    /// What is still wanted, without what has filled already.
    public var quantity: Quantity
    public var timeInForce: TimeInForce
    public var reduceOnly: Bool
    /// Which of the side's quotes this is, from 0: there is one order for each side and level.
    public var level: Int

    public init(
        side: Side, price: Price, quantity: Quantity, timeInForce: TimeInForce = .goodTillCancel,
        reduceOnly: Bool = false, level: Int = 0
    ) {
        self.side = side
        self.price = price
        self.quantity = quantity
        self.timeInForce = timeInForce
        self.reduceOnly = reduceOnly
        self.level = level
    }
}

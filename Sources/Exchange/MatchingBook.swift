internal import MarketModel

/// One resting order, or a piece of flow liquidity, in the queue of its level. Nodes live in a pool and are linked by
/// index, so that a warm book allocates nothing.
struct RestingNode {
    /// Index into the order store; −1 for flow.
    var slot: Int32
    var account: Int32
    var price: Int64
    var quantity: Int64
    /// −1 at the ends of a queue; `next` also links the free list.
    var previous: Int32
    var next: Int32
    var side: Side
    var isHidden: Bool

    static let none: Int32 = -1
    var isFlow: Bool { account == 0 }
}

/// First and last node of a FIFO queue.
struct NodeQueue {
    var head = RestingNode.none
    var tail = RestingNode.none
    var isEmpty: Bool { head < 0 }
}

/// All that rests at one price: displayed orders first, hidden ones behind them.
struct PriceLevel {
    var price: Int64
    /// Σ of the visible queue.
    var displayed: Int64 = 0
    /// The part of `displayed` that belongs to the flow.
    var flow: Int64 = 0
    var visible = NodeQueue()
    var hidden = NodeQueue()

    init(price: Int64) { self.price = price }
    var isEmpty: Bool { visible.isEmpty && hidden.isEmpty }
    var front: Int32 { visible.isEmpty ? hidden.head : visible.head }
}

/// One side of a book: levels sorted from worst to best, so that work at the touch moves few elements.
struct BookSide {
    var levels: [PriceLevel] = []
    /// +1 for bids, −1 for asks: `price × sign` grows towards the touch.
    let sign: Int64

    init(_ side: Side) { sign = side.sign }

    /// Where `price` is, or belongs.
    func search(_ price: Int64) -> (index: Int, found: Bool) {
        let key = price * sign
        var low = 0
        var high = levels.count
        while low < high {
            let middle = (low + high) / 2
            let other = levels[middle].price * sign
            if other == key { return (middle, true) }
            if other < key { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    func level(at price: Int64) -> PriceLevel? {
        let (index, found) = search(price)
        return found ? levels[index] : nil
    }
}

/// Price-time priority book of one market. Knows queues and quantities; nothing of accounts' money or rules.
struct MatchingBook {
    private(set) var nodes: [RestingNode] = []
    private var free = RestingNode.none
    private(set) var bids = BookSide(.buy)
    private(set) var asks = BookSide(.sell)

    func side(_ side: Side) -> BookSide {
        switch side {
        case .buy: bids
        case .sell: asks
        }
    }

    /// The node that matches first on `side`; −1 when nothing rests there.
    func front(_ side: Side) -> Int32 {
        switch side {
        case .buy: bids.levels.last?.front ?? RestingNode.none
        case .sell: asks.levels.last?.front ?? RestingNode.none
        }
    }

    /// Best price on `side`, hidden orders included.
    func bestPrice(_ side: Side) -> Int64? {
        switch side {
        case .buy: bids.levels.last?.price
        case .sell: asks.levels.last?.price
        }
    }

    /// Best level with displayed quantity.
    func bestDisplayed(_ side: Side) -> PriceLevel? {
        switch side {
        case .buy: bids.levels.last { $0.displayed > 0 }
        case .sell: asks.levels.last { $0.displayed > 0 }
        }
    }

    func displayed(_ side: Side, at price: Int64) -> Int64 { level(side, at: price)?.displayed ?? 0 }
    func flow(_ side: Side, at price: Int64) -> Int64 { level(side, at: price)?.flow ?? 0 }

    private func level(_ side: Side, at price: Int64) -> PriceLevel? {
        switch side {
        case .buy: bids.level(at: price)
        case .sell: asks.level(at: price)
        }
    }

    // MARK: Changes

    /// Joins the back of the queue at `price`.
    mutating func insert(
        slot: Int32, account: Int32, side: Side, price: Int64, quantity: Int64, isHidden: Bool
    ) -> Int32 {
        let index = allocate(
            RestingNode(
                slot: slot, account: account, price: price, quantity: quantity, previous: RestingNode.none,
                next: RestingNode.none, side: side, isHidden: isHidden))
        switch side {
        case .buy: Self.append(index, to: &bids, nodes: &nodes)
        case .sell: Self.append(index, to: &asks, nodes: &nodes)
        }
        return index
    }

    /// Takes `quantity` off a node, and the node off the book when nothing is left.
    /// - Returns: true when the node is gone.
    @discardableResult
    mutating func take(_ quantity: Int64, from index: Int32) -> Bool {
        let gone: Bool
        switch nodes[Int(index)].side {
        case .buy: gone = Self.take(quantity, from: index, in: &bids, nodes: &nodes)
        case .sell: gone = Self.take(quantity, from: index, in: &asks, nodes: &nodes)
        }
        if gone {
            nodes[Int(index)].next = free
            free = index
        }
        return gone
    }

    /// Slots of the order store have moved.
    mutating func renumber(_ places: [Int]) {
        for index in nodes.indices where nodes[index].slot >= 0 && nodes[index].quantity > 0 {
            nodes[index].slot = Int32(places[Int(nodes[index].slot)])
        }
    }

    mutating func remove(_ index: Int32) { take(nodes[Int(index)].quantity, from: index) }

    /// Adds flow liquidity at the back of a level; where the flow is last in the queue already, that piece grows.
    mutating func addFlow(_ quantity: Int64, side: Side, price: Int64) {
        if let tail = level(side, at: price)?.visible.tail, tail >= 0, nodes[Int(tail)].isFlow {
            nodes[Int(tail)].quantity += quantity
            switch side {
            case .buy: Self.grow(&bids, at: price, by: quantity)
            case .sell: Self.grow(&asks, at: price, by: quantity)
            }
        } else {
            _ = insert(slot: -1, account: 0, side: side, price: price, quantity: quantity, isHidden: false)
        }
    }

    /// Withdraws up to `quantity` of flow liquidity from the back of a level.
    mutating func withdrawFlow(_ quantity: Int64, side: Side, price: Int64) {
        guard var index = level(side, at: price)?.visible.tail else { return }
        var rest = quantity
        while rest > 0, index >= 0 {
            let node = nodes[Int(index)]
            if node.isFlow {
                let part = min(rest, node.quantity)
                rest -= part
                take(part, from: index)
            }
            index = node.previous
        }
    }

    // MARK: Queues

    private mutating func allocate(_ node: RestingNode) -> Int32 {
        guard free >= 0 else {
            nodes.append(node)
            return Int32(nodes.count - 1)
        }
        let index = free
        free = nodes[Int(index)].next
        nodes[Int(index)] = node
        return index
    }

    private static func grow(_ side: inout BookSide, at price: Int64, by quantity: Int64) {
        let (index, found) = side.search(price)
        guard found else { return }
        side.levels[index].displayed += quantity
        side.levels[index].flow += quantity
    }

    private static func append(_ node: Int32, to side: inout BookSide, nodes: inout [RestingNode]) {
        let added = nodes[Int(node)]
        let (index, found) = side.search(added.price)
        if !found { side.levels.insert(PriceLevel(price: added.price), at: index) }
        let tail = added.isHidden ? side.levels[index].hidden.tail : side.levels[index].visible.tail
        if tail >= 0 { nodes[Int(tail)].next = node }
        nodes[Int(node)].previous = tail
        if added.isHidden {
            if tail < 0 { side.levels[index].hidden.head = node }
            side.levels[index].hidden.tail = node
        } else {
            if tail < 0 { side.levels[index].visible.head = node }
            side.levels[index].visible.tail = node
            side.levels[index].displayed += added.quantity
            if added.isFlow { side.levels[index].flow += added.quantity }
        }
    }

    private static func take(
        _ quantity: Int64, from node: Int32, in side: inout BookSide, nodes: inout [RestingNode]
    ) -> Bool {
        nodes[Int(node)].quantity -= quantity
        let taken = nodes[Int(node)]
        let (index, found) = side.search(taken.price)
        precondition(found, "a resting node has a level")
        if !taken.isHidden {
            side.levels[index].displayed -= quantity
            if taken.isFlow { side.levels[index].flow -= quantity }
        }
        guard taken.quantity == 0 else { return false }
        if taken.previous >= 0 { nodes[Int(taken.previous)].next = taken.next }
        if taken.next >= 0 { nodes[Int(taken.next)].previous = taken.previous }
        if taken.isHidden {
            if taken.previous < 0 { side.levels[index].hidden.head = taken.next }
            if taken.next < 0 { side.levels[index].hidden.tail = taken.previous }
        } else {
            if taken.previous < 0 { side.levels[index].visible.head = taken.next }
            if taken.next < 0 { side.levels[index].visible.tail = taken.previous }
        }
        if side.levels[index].isEmpty { side.levels.remove(at: index) }
        return true
    }
}

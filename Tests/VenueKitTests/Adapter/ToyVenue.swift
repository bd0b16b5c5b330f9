import Fundamentals
import MarketModel
import Wire

/// A venue of lines of text: a book of orders, and faults that a test scripts. Its own record of what happened is the
/// oracle of the session's tests.
struct ToyVenue: Sendable {
    struct Order: Hashable, Sendable {
        var number: Int64
        /// Empty for an order placed by hand.
        var client: String
        var market: Int
        var terms: String
        var filled: Int64 = 0
        var isOpen = true
    }
    enum Fault: Hashable, Sendable {
        /// Done, and the reply is lost.
        case lose
        /// Not done, and no reply.
        case drop
        /// Done only this much later, and no reply.
        case late(TimeSpan)
        case notSent
        /// Refused as a whole.
        case refuse
        case throttle(TimeSpan)
        case noRoute
        /// Done, and the reply speaks of every second element only.
        case half
        /// Every second element is refused.
        case refuseHalf
        /// Done, and the gateway answers with an error.
        case gateway
        case forbidden
        case wrongTime
        case hold
    }
    enum Answer {
        case reply(status: Int, String)
        case silence, notSent, hold
    }

    var orders: [Order] = []
    /// Trade number, order number, lots, market.
    var fills: [(trade: Int64, order: Int64, lots: Int64, market: Int, at: Instant)] = []
    /// Each meets the next request whose path begins so.
    var faults: [(route: String, fault: Fault)] = []
    /// Meets every request whose path begins so.
    var standing: [(route: String, fault: Fault)] = []
    var log: [String] = []
    var pushes: [String] = []
    var pageSize = 100
    var ahead = TimeSpan.zero
    var bookID: Int64 = 100
    var hasBooks = true
    private var late: [(at: Instant, path: String, lines: [String])] = []
    private var lastNumber: Int64 = 0

    func order(_ id: ClientOrderID) -> Order? { orders.last { $0.client == id.text } }
    func resting(_ market: Int = 0) -> [Order] { orders.filter { $0.isOpen && $0.market == market } }

    mutating func rest(_ client: String = "", market: Int = 0) {
        lastNumber += 1
        orders.append(Order(number: lastNumber, client: client, market: market, terms: "buy 100 5"))
    }

    mutating func fill(_ id: ClientOrderID, _ lots: Int64, at now: Instant) {
        guard let index = orders.firstIndex(where: { $0.client == id.text }) else { return }
        orders[index].filled += lots
        let trade = Int64(fills.count + 1)
        fills.append((trade, orders[index].number, lots, orders[index].market, now))
        pushes.append("fill \(trade) \(orders[index].number) \(id.text) \(lots)")
        if orders[index].filled >= 5 {
            orders[index].isOpen = false
            pushes.append("done \(id.text) filled")
        }
    }

    /// What was on its way for long arrives.
    mutating func arrive(at now: Instant) {
        let due = late.filter { $0.at <= now }
        late.removeAll { $0.at <= now }
        for item in due { _ = execute(item.path, item.lines, at: now) }
    }

    mutating func answer(_ request: HTTPRequest, at now: Instant) -> Answer {
        arrive(at: now)
        let path = request.target
        let lines = String(decoding: request.body, as: UTF8.self).split(separator: "\n").map(String.init)
        log.append(lines.isEmpty ? path : "\(path) \(lines.joined(separator: ","))")
        guard let fault = takeFault(path) else { return execute(path, lines, at: now) }
        switch fault {
        case .lose:
            _ = execute(path, lines, at: now)
            return .silence
        case .drop: return .silence
        case .late(let span):
            late.append((now + span, path, lines))
            return .silence
        case .notSent: return .notSent
        case .refuse: return .reply(status: 400, "7")
        case .throttle(let span): return .reply(status: 429, "\(span.milliseconds)")
        case .noRoute: return .reply(status: 404, "")
        case .half:
            guard case .reply(let status, let body) = execute(path, lines, at: now) else { return .silence }
            let kept = body.split(separator: "\n").enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
            return .reply(status: status, kept.joined(separator: "\n"))
        case .refuseHalf: return execute(path, lines, refusesOdd: true, at: now)
        case .gateway:
            _ = execute(path, lines, at: now)
            return .reply(status: 502, "<html>")
        case .forbidden: return .reply(status: 401, "")
        case .wrongTime: return .reply(status: 400, "time")
        case .hold: return .hold
        }
    }

    private mutating func takeFault(_ path: String) -> Fault? {
        if let index = faults.firstIndex(where: { path.hasPrefix($0.route) }) { return faults.remove(at: index).fault }
        return standing.first { path.hasPrefix($0.route) }?.fault
    }

    private mutating func execute(
        _ path: String, _ lines: [String], refusesOdd: Bool = false, at now: Instant
    ) -> Answer {
        let parts = path.split(separator: "/").map(String.init)
        let market = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        switch parts[0] {
        case "time": return .reply(status: 200, "\((now + ahead).milliseconds)")
        case "rules", "mode", "balances", "key", "arm": return .reply(status: 200, "ok")
        case "book":
            bookID += 1
            return hasBooks ? .reply(status: 200, "\(bookID) 99 101") : .reply(status: 502, "")
        case "open": return page(resting(market).map(Self.row), Int(parts[2]) ?? 0)
        case "fills":
            let since = Instant(milliseconds: Int64(parts[2]) ?? 0)
            let rows = fills.filter { $0.market == market && $0.at >= since }.map { fill in
                let client = orders.first { $0.number == fill.order }?.client ?? ""
                return "\(fill.trade) \(fill.order) \(client.isEmpty ? "-" : client) \(fill.lots)"
            }
            return page(rows, Int(parts[3]) ?? 0)
        case "order":
            guard let order = orders.last(where: { $0.client == parts[1] }) else { return .reply(status: 200, "none") }
            return .reply(status: 200, Self.row(order) + (order.isOpen ? " open" : " over"))
        case "place":
            let results = lines.enumerated().map { place($1, isRefused: refusesOdd && $0 % 2 == 1) }
            return .reply(status: 200, results.joined(separator: "\n"))
        case "cancel":
            let results = lines.enumerated().map { cancel($1, isRefused: refusesOdd && $0 % 2 == 1) }
            return .reply(status: 200, results.joined(separator: "\n"))
        case "cancelall":
            for order in resting(market) { _ = cancel("#\(order.number)", isRefused: false) }
            return .reply(status: 200, "ok")
        default: return .reply(status: 404, "")
        }
    }

    private func page(_ rows: [String], _ page: Int) -> Answer {
        let part = rows.dropFirst(page * pageSize).prefix(pageSize)
        let isMore = rows.count > (page + 1) * pageSize
        return .reply(status: 200, (part + (isMore ? ["more"] : [])).joined(separator: "\n"))
    }

    private static func row(_ order: Order) -> String {
        "\(order.number) \(order.client.isEmpty ? "-" : order.client) \(order.filled)"
    }

    /// `client side price quantity`, of market 0 unless there is a fifth word.
    private mutating func place(_ line: String, isRefused: Bool) -> String {
        let words = line.split(separator: " ").map(String.init)
        if isRefused { return "no \(words[0])" }
        lastNumber += 1
        let market = words.count > 4 ? Int(words[4]) ?? 0 : 0
        orders.append(
            Order(number: lastNumber, client: words[0], market: market, terms: words[1...3].joined(separator: " ")))
        pushes.append("new \(words[0]) \(lastNumber)")
        return "ok \(words[0]) \(lastNumber)"
    }

    /// A client's name, or `#` and a number.
    private mutating func cancel(_ line: String, isRefused: Bool) -> String {
        let index = orders.lastIndex { line == "#\($0.number)" || line == $0.client }
        guard let index, orders[index].isOpen, !isRefused else { return "no \(line)" }
        orders[index].isOpen = false
        if !orders[index].client.isEmpty { pushes.append("done \(orders[index].client) canceled") }
        return "gone \(line)"
    }
}

internal import MarketModel

/// Which order is which: our id, the venue's name of 32 digits, and the number that stands for it in events.
struct ACEOrderNames: Sendable {
    private struct Name: Hashable, Sendable {
        var text: String
        var id: VenueOrderID
    }
    private var numbering = ACENumbering()
    private var own: [ClientOrderID: Name] = [:]
    private var clients: [VenueOrderID: ClientOrderID] = [:]

    /// - Returns: nil for a text that is no order number.
    mutating func learn(_ orderNo: String, _ client: ClientOrderID?) -> VenueOrderID? {
        guard let id = numbering.number(of: orderNo).map({ VenueOrderID($0) }) else { return nil }
        if let client {
            own[client] = Name(text: orderNo, id: id)
            clients[id] = client
        }
        return id
    }

    func orderNo(of client: ClientOrderID) -> String? { own[client]?.text }
    func orderNo(of id: VenueOrderID) -> String? { numbering.text(of: id.number) }
    func client(of id: VenueOrderID) -> ClientOrderID? { clients[id] }

    mutating func forget(_ client: ClientOrderID) {
        guard let name = own.removeValue(forKey: client) else { return }
        clients[name.id] = nil
    }
}

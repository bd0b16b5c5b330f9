internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// Orders, trades, positions and balance of one account, as they change.
extension ExtendedServer {
    /// What an account stream begins with: open orders, balance, positions.
    func accountSnapshots(_ account: Int) -> [ExtendedFrame] {
        [
            accountFrame("ORDER", isSnapshot: true) { json in
                json.key("orders")
                json.beginArray()
                for id in accounts[account].open {
                    if let order = orders[id] { writeOrder(order, isStream: true, &json) }
                }
                json.endArray()
            },
            accountFrame("BALANCE", isSnapshot: true) { json in
                json.key("balance")
                writeBalanceObject(account, &json)
            },
            accountFrame("POSITION", isSnapshot: true) { json in
                json.key("positions")
                json.beginArray()
                for position in accounts[account].positions.compactMap({ $0 }) {
                    writePosition(position, account, &json)
                }
                json.endArray()
            },
        ]
    }

    mutating func publishAccount(_ notice: ExtendedNotice, into effects: inout [ServerEffect]) {
        guard let (account, _) = accountFrameParts(notice), isHeard(account) else { return }
        writesIDsAsText = strikes(.textIDs, "account")
        defer { writesIDsAsText = false }
        guard let (_, frame) = accountFrameParts(notice), let frame else { return }
        publish(frame, .account(account), into: &effects)
    }

    private func isHeard(_ account: Int) -> Bool {
        connections.contains { $0.subscriptions.contains { $0.topic == .account(account) } }
    }

    /// Whose stream a notice belongs to, and its frame; nil for what is public. A position that is gone has no frame.
    private func accountFrameParts(_ notice: ExtendedNotice) -> (Int, ExtendedFrame?)? {
        switch notice {
        case .order(let order):
            (
                order.account,
                accountFrame("ORDER") { json in list("orders", &json) { writeOrder(order, isStream: true, &$0) } }
            )
        case .trade(let trade):
            (
                trade.account,
                accountFrame("TRADE") { json in list("trades", &json) { writeTrade(trade, isStream: true, &$0) } }
            )
        case .balance(let account):
            (
                account,
                accountFrame("BALANCE") { json in
                    json.key("balance")
                    writeBalanceObject(account, &json)
                }
            )
        case .position(let account, let market):
            (
                account,
                accounts[account].positions[market.index].map { position in
                    accountFrame("POSITION") { json in
                        list("positions", &json) { writePosition(position, account, &$0) }
                    }
                }
            )
        case .positionClosed(let account, let position):
            (
                account,
                accountFrame("POSITION") { json in
                    list("positions", &json) { writePosition(position, account, &$0) }
                }
            )
        case .transfer(let account, let operation):
            (
                account,
                accountFrame(operation.kind.rawValue) { json in
                    json.key(operation.kind.rawValue.lowercased())
                    writeOperation(operation, account, &json)
                }
            )
        case .level, .print, .mark, .funding: nil
        }
    }

    private func list(_ name: String, _ json: inout JSONWriter, _ element: (inout JSONWriter) -> Void) {
        json.key(name)
        json.beginArray()
        element(&json)
        json.endArray()
    }

    private func accountFrame(
        _ type: String, isSnapshot: Bool = false, _ members: (inout JSONWriter) -> Void
    ) -> ExtendedFrame {
        frame(type, "ACCOUNT." + type) { json in
            json.beginObject()
            json.member("isSnapshot", isSnapshot)
            members(&json)
            json.endObject()
        }
    }
}

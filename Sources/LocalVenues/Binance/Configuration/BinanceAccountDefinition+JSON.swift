internal import Cryptography
internal import MarketModel
internal import Wire

extension BinanceAccountDefinition {
    /// Reads an account file:
    /// `{"accounts":[{"name":…,"api_key":…,"api_secret":…,"ed25519_api_key":…,"ed25519_private_key":…,"trade_group":1,
    /// "balances":{"USDT":"10000"}}]}`; the Ed25519 key (private, or `ed25519_public_key` alone) and the group may be left
    /// out.
    public static func parse(_ bytes: [UInt8]) throws(VenueConfigurationError) -> [BinanceAccountDefinition] {
        let document: JSONValue
        do throws(WireError) {
            document = try JSONValue.parse(bytes)
        } catch {
            throw VenueConfigurationError("the account file is not JSON (byte \(error.offset)): \(error.reason)")
        }
        guard let rows = document["accounts"]?.elements else {
            throw VenueConfigurationError("the account file needs an array 'accounts'")
        }
        guard !rows.isEmpty else { throw VenueConfigurationError("the account file has no account") }
        var accounts: [BinanceAccountDefinition] = []
        for (index, row) in rows.enumerated() { accounts.append(try AccountRow(row, number: index + 1).account()) }
        return accounts
    }
}

/// One account of an account file.
private struct AccountRow {
    let row: JSONValue
    let title: String

    static let known = [
        "name", "api_key", "api_secret", "ed25519_api_key", "ed25519_private_key", "ed25519_public_key", "trade_group",
        "balances",
    ]

    init(_ row: JSONValue, number: Int) throws(VenueConfigurationError) {
        guard let members = row.members else { throw VenueConfigurationError("account \(number) is not an object") }
        self.row = row
        title = row["name"]?.text.map { "account '\($0)'" } ?? "account \(number)"
        if let stranger = members.first(where: { !Self.known.contains($0.name) }) {
            throw VenueConfigurationError("\(title): unknown field '\(stranger.name)'")
        }
    }

    func account() throws(VenueConfigurationError) -> BinanceAccountDefinition {
        BinanceAccountDefinition(
            name: try text("name"), apiKey: try text("api_key"), apiSecret: Secret(try text("api_secret")),
            ed25519: try ed25519(), tradeGroup: try tradeGroup(), balances: try balances())
    }

    private func text(_ field: String) throws(VenueConfigurationError) -> String {
        guard let value = row[field]?.text, !value.isEmpty else {
            throw VenueConfigurationError("\(title): field '\(field)' must be a text that is not empty")
        }
        return value
    }

    private func ed25519() throws(VenueConfigurationError) -> BinanceAccountDefinition.Ed25519Key? {
        guard row["ed25519_api_key"] != nil else {
            guard row["ed25519_private_key"] == nil, row["ed25519_public_key"] == nil else {
                throw VenueConfigurationError("\(title): an Ed25519 key needs an 'ed25519_api_key'")
            }
            return nil
        }
        let name = try text("ed25519_api_key")
        let field = row["ed25519_private_key"] != nil ? "ed25519_private_key" : "ed25519_public_key"
        let value = try text(field)
        do throws(Ed25519KeyError) {
            guard field == "ed25519_private_key" else {
                return .init(apiKey: name, publicKey: try Ed25519PublicKey(value))
            }
            let secret = Secret(value)
            return .init(apiKey: name, publicKey: try Ed25519PrivateKey(secret).publicKey, privateKey: secret)
        } catch {
            throw VenueConfigurationError("\(title): field '\(field)': \(error)")
        }
    }

    private func tradeGroup() throws(VenueConfigurationError) -> Int? {
        guard let value = row["trade_group"] else { return nil }
        guard let group = value.integer, (0...1_000_000).contains(group) else {
            throw VenueConfigurationError("\(title): field 'trade_group' must be a whole number from 0 to 1000000")
        }
        return Int(group)
    }

    private func balances() throws(VenueConfigurationError) -> [(asset: String, amount: Cash)] {
        guard let members = row["balances"]?.members else {
            throw VenueConfigurationError("\(title): field 'balances' must be an object like {\"USDT\":\"10000\"}")
        }
        var balances: [(asset: String, amount: Cash)] = []
        for member in members {
            guard let amount = member.value.numeral.flatMap({ Cash($0) }), amount >= .zero,
                amount <= Cash(whole: 1_000_000_000_000)
            else {
                throw VenueConfigurationError(
                    "\(title): balance '\(member.name)' must be a decimal from 0 to 10^12 with at most 12 decimals")
            }
            balances.append((asset: member.name, amount: amount))
        }
        return balances
    }
}

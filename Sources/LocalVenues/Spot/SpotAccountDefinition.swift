public import Cryptography
public import MarketModel
internal import Wire

/// A trading account of a local spot venue that signs with a key and a secret.
public struct SpotAccountDefinition: Sendable {
    /// How people and auditors call it.
    public var name: String
    public var apiKey: String
    public var apiSecret: Secret
    /// Opening balances by asset, upper case.
    public var balances: [(asset: String, amount: Cash)]

    public init(name: String, apiKey: String, apiSecret: Secret, balances: [(asset: String, amount: Cash)]) {
        self.name = name
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.balances = balances
    }

    /// The account of a local venue that is started without an account file. Its keys open nothing but local venues.
    public static func demo(of venue: String) -> SpotAccountDefinition {
        SpotAccountDefinition(
            name: "demo", apiKey: "\(venue)-demo-key", apiSecret: Secret("\(venue)-demo-secret"),
            balances: [
                ("TWD", Cash(whole: 30_000_000)), ("USDT", Cash(whole: 500_000)), ("BTC", Cash(whole: 10)),
                ("ETH", Cash(whole: 100)),
            ])
    }

    /// Reads an account file:
    /// `{"accounts":[{"name":…,"api_key":…,"api_secret":…,"balances":{"TWD":"1000000"}}]}`.
    public static func parse(_ bytes: [UInt8]) throws(VenueConfigurationError) -> [SpotAccountDefinition] {
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
        var accounts: [SpotAccountDefinition] = []
        for (index, row) in rows.enumerated() { accounts.append(try account(row, number: index + 1)) }
        return accounts
    }

    private static func account(
        _ row: JSONValue, number: Int
    ) throws(VenueConfigurationError) -> SpotAccountDefinition {
        guard let members = row.members else { throw VenueConfigurationError("account \(number) is not an object") }
        let title = row["name"]?.text.map { "account '\($0)'" } ?? "account \(number)"
        let known = ["name", "api_key", "api_secret", "balances"]
        if let stranger = members.first(where: { !known.contains($0.name) }) {
            throw VenueConfigurationError(
                "\(title): unknown field '\(stranger.name)', expected \(known.joined(separator: ", "))")
        }
        func text(_ field: String) throws(VenueConfigurationError) -> String {
            guard let value = row[field]?.text, !value.isEmpty else {
                throw VenueConfigurationError("\(title): field '\(field)' must be a text that is not empty")
            }
            return value
        }
        return SpotAccountDefinition(
            name: try text("name"), apiKey: try text("api_key"), apiSecret: Secret(try text("api_secret")),
            balances: try balances(row["balances"], title))
    }

    private static func balances(
        _ value: JSONValue?, _ title: String
    ) throws(VenueConfigurationError) -> [(asset: String, amount: Cash)] {
        guard let members = value?.members else {
            throw VenueConfigurationError("\(title): field 'balances' must be an object like {\"TWD\":\"1000000\"}")
        }
        var balances: [(asset: String, amount: Cash)] = []
        for member in members {
            guard let amount = member.value.numeral.flatMap({ Cash($0) }), amount >= .zero,
                amount <= Cash(whole: 1_000_000_000_000)
            else {
                throw VenueConfigurationError(
                    "\(title): balance '\(member.name)' must be a decimal from 0 to 10^12 with at most 12 decimals")
            }
            balances.append((member.name.uppercased(), amount))
        }
        return balances
    }

    /// - Throws: for accounts that could not be told apart.
    static func check(_ accounts: [SpotAccountDefinition]) throws(VenueConfigurationError) {
        for (index, account) in accounts.enumerated() {
            for other in accounts[..<index] {
                guard account.name != other.name else {
                    throw VenueConfigurationError("two accounts are named '\(account.name)'")
                }
                guard account.apiKey != other.apiKey else {
                    throw VenueConfigurationError("accounts '\(other.name)' and '\(account.name)' share an api_key")
                }
            }
        }
    }

    /// As readiness shows it, keys and all.
    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("name", name)
        json.member("api_key", apiKey)
        json.member("api_secret", apiSecret.expose { String(decoding: $0, as: UTF8.self) })
        json.endObject()
    }
}

internal import Cryptography
internal import MarketModel
internal import Wire

extension MAXAccountDefinition {
    /// Reads an account file:
    /// `{"accounts":[{"name":…,"access_key":…,"secret_key":…,"balances":{"TWD":"1000000","BTC":"1"}}]}`.
    public static func parse(_ bytes: [UInt8]) throws(VenueConfigurationError) -> [MAXAccountDefinition] {
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
        var accounts: [MAXAccountDefinition] = []
        for (index, row) in rows.enumerated() { accounts.append(try account(row, number: index + 1)) }
        return accounts
    }

    private static func account(
        _ row: JSONValue, number: Int
    ) throws(VenueConfigurationError) -> MAXAccountDefinition {
        guard case .object(let members) = row else {
            throw VenueConfigurationError("account \(number) is not an object")
        }
        let title = row["name"]?.text.map { "account '\($0)'" } ?? "account \(number)"
        let known = ["name", "access_key", "secret_key", "balances"]
        if let stranger = members.first(where: { !known.contains($0.name) }) {
            throw VenueConfigurationError("\(title): unknown field '\(stranger.name)'")
        }
        func text(_ field: String) throws(VenueConfigurationError) -> String {
            guard let value = row[field]?.text, !value.isEmpty else {
                throw VenueConfigurationError("\(title): field '\(field)' must be a text that is not empty")
            }
            return value
        }
        return MAXAccountDefinition(
            name: try text("name"), accessKey: try text("access_key"), secretKey: Secret(try text("secret_key")),
            balances: try balances(row["balances"], title))
    }

    private static func balances(
        _ value: JSONValue?, _ title: String
    ) throws(VenueConfigurationError) -> [(asset: String, amount: Cash)] {
        guard case .object(let members)? = value else {
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
            balances.append((asset: member.name.uppercased(), amount: amount))
        }
        return balances
    }
}

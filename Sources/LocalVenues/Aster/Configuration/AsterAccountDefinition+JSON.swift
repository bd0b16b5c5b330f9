internal import Cryptography
internal import MarketModel
internal import Wire

extension AsterAccountDefinition {
    /// Reads an account file:
    /// `{"accounts":[{"name":…,"api_key":…,"api_secret":…,"user":"0x…","signer":"0x…","private_key":"0x…",
    /// "balances":{"USDT":"10000"}}]}`; `private_key` may be left out.
    public static func parse(_ bytes: [UInt8]) throws(AsterConfigurationError) -> [AsterAccountDefinition] {
        let document: JSONValue
        do throws(WireError) {
            document = try JSONValue.parse(bytes)
        } catch {
            throw AsterConfigurationError("the account file is not JSON (byte \(error.offset)): \(error.reason)")
        }
        guard let rows = document["accounts"]?.elements else {
            throw AsterConfigurationError("the account file needs an array 'accounts'")
        }
        guard !rows.isEmpty else { throw AsterConfigurationError("the account file has no account") }
        var accounts: [AsterAccountDefinition] = []
        for (index, row) in rows.enumerated() { accounts.append(try account(row, number: index + 1)) }
        return accounts
    }

    private static func account(
        _ row: JSONValue, number: Int
    ) throws(AsterConfigurationError) -> AsterAccountDefinition {
        guard case .object(let members) = row else {
            throw AsterConfigurationError("account \(number) is not an object")
        }
        let title = row["name"]?.text.map { "account '\($0)'" } ?? "account \(number)"
        let known = ["name", "api_key", "api_secret", "user", "signer", "private_key", "balances"]
        if let stranger = members.first(where: { !known.contains($0.name) }) {
            throw AsterConfigurationError("\(title): unknown field '\(stranger.name)'")
        }
        func text(_ field: String) throws(AsterConfigurationError) -> String {
            guard let value = row[field]?.text, !value.isEmpty else {
                throw AsterConfigurationError("\(title): field '\(field)' must be a text that is not empty")
            }
            return value
        }
        func address(_ field: String) throws(AsterConfigurationError) -> EthereumAddress {
            guard let address = EthereumAddress(try text(field)) else {
                throw AsterConfigurationError("\(title): field '\(field)' must be an address, 0x and 40 hex digits")
            }
            return address
        }
        let name = try text("name")
        let key = try text("api_key")
        let secret = Secret(try text("api_secret"))
        let user = try address("user")
        let signer = try address("signer")
        var privateKey: Secret?
        if row["private_key"] != nil {
            let secret = Secret(try text("private_key"))
            guard let parsed = EthereumPrivateKey(secret) else {
                throw AsterConfigurationError("\(title): field 'private_key' must be 64 hex digits of a valid key")
            }
            guard parsed.address == signer else {
                throw AsterConfigurationError(
                    "\(title): field 'private_key' belongs to \(parsed.address), not to 'signer' \(signer)")
            }
            privateKey = secret
        }
        return AsterAccountDefinition(
            name: name, apiKey: key, apiSecret: secret, user: user, signer: signer, privateKey: privateKey,
            balances: try balances(row["balances"], title))
    }

    private static func balances(
        _ value: JSONValue?, _ title: String
    ) throws(AsterConfigurationError) -> [(asset: String, amount: Cash)] {
        guard case .object(let members)? = value else {
            throw AsterConfigurationError("\(title): field 'balances' must be an object like {\"USDT\":\"10000\"}")
        }
        var balances: [(asset: String, amount: Cash)] = []
        for member in members {
            guard let amount = member.value.numeral.flatMap({ Cash($0) }), amount >= .zero,
                amount <= Cash(whole: 1_000_000_000_000)
            else {
                throw AsterConfigurationError(
                    "\(title): balance '\(member.name)' must be a decimal from 0 to 10^12 with at most 12 decimals")
            }
            balances.append((asset: member.name, amount: amount))
        }
        return balances
    }
}

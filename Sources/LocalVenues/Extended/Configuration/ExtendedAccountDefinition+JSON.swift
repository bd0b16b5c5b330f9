internal import Cryptography
internal import MarketModel
internal import StarkCryptography
internal import Wire

extension ExtendedAccountDefinition {
    /// Reads an account file:
    /// `{"accounts":[{"name":"a","api_key":"…","vault":10002,"private_key":"0x…","public_key":"0x…","balance":"10000"}]}`.
    /// One of the two keys may be left out; `client` may name whose account it is, which is otherwise its own.
    public static func parse(_ bytes: [UInt8]) throws(VenueConfigurationError) -> [ExtendedAccountDefinition] {
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
        var accounts: [ExtendedAccountDefinition] = []
        for (index, row) in rows.enumerated() { accounts.append(try account(row, number: index + 1)) }
        return accounts
    }

    private static func account(
        _ row: JSONValue, number: Int
    ) throws(VenueConfigurationError) -> ExtendedAccountDefinition {
        guard let members = row.members else { throw VenueConfigurationError("account \(number) is not an object") }
        let title = row["name"]?.text.map { "account '\($0)'" } ?? "account \(number)"
        let known = ["name", "client", "api_key", "vault", "private_key", "public_key", "balance"]
        if let stranger = members.first(where: { !known.contains($0.name) }) {
            throw VenueConfigurationError(
                "\(title): unknown field '\(stranger.name)'; known are \(known.joined(separator: ", "))")
        }
        func text(_ field: String) throws(VenueConfigurationError) -> String {
            guard let value = row[field]?.text, !value.isEmpty else {
                throw VenueConfigurationError("\(title): field '\(field)' must be a text that is not empty")
            }
            return value
        }
        let name = try text("name")
        let apiKey = try text("api_key")
        guard let vault = row["vault"]?.integer.flatMap({ UInt32(exactly: $0) }), vault > 0 else {
            throw VenueConfigurationError("\(title): field 'vault' must be a whole number from 1 to 4294967295")
        }
        let (publicKey, privateKey) = try keys(row, title, text)
        guard let balance = row["balance"]?.numeral.flatMap({ Cash($0) }), balance >= .zero,
            balance <= Cash(whole: 1_000_000_000_000)
        else {
            throw VenueConfigurationError(
                "\(title): field 'balance' must be a decimal from 0 to 10^12 with at most 12 decimals")
        }
        return ExtendedAccountDefinition(
            name: name, client: row["client"] == nil ? nil : try text("client"), apiKey: apiKey, vault: vault,
            publicKey: publicKey, privateKey: privateKey, balance: balance)
    }

    /// The public key, and the private one if it is there; together they must be a pair.
    private static func keys(
        _ row: JSONValue, _ title: String, _ text: (String) throws(VenueConfigurationError) -> String
    ) throws(VenueConfigurationError) -> (Felt, Secret?) {
        var given: Felt?
        if row["public_key"] != nil {
            guard let key = Felt(hex: try text("public_key")) else {
                throw VenueConfigurationError(
                    "\(title): field 'public_key' must be 0x and up to 64 hex digits, below the field's prime")
            }
            given = key
        }
        guard row["private_key"] != nil else {
            guard let given else {
                throw VenueConfigurationError("\(title): one of 'private_key' and 'public_key' is needed")
            }
            return (given, nil)
        }
        let secret = Secret(try text("private_key"))
        let derived: Felt
        do throws(StarkKeyError) {
            derived = try StarkPrivateKey(hex: secret).publicKey
        } catch {
            throw VenueConfigurationError(
                "\(title): field 'private_key' must be 0x and hex digits of a number from 1 to the curve's order - 1")
        }
        if let given, given != derived {
            throw VenueConfigurationError(
                "\(title): field 'private_key' belongs to \(derived.hex), not to 'public_key' \(given.hex)")
        }
        return (derived, secret)
    }
}

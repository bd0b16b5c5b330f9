import Cryptography
import MarketModel
import Testing

@testable import LocalVenues

@Suite struct `An account file` {
    private let good = """
        {"accounts":[{"name":"a","api_key":"k","api_secret":"s","user":"0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e",\
        "signer":"0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0",\
        "private_key":"0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1",\
        "balances":{"USDT":"10000","USDF":"0.5"}}]}
        """

    @Test func `is read whole`() throws {
        let accounts = try AsterAccountDefinition.parse(Array(good.utf8))
        #expect(accounts.count == 1)
        #expect(accounts[0].name == "a")
        #expect(accounts[0].balances.map(\.asset) == ["USDT", "USDF"])
        #expect(accounts[0].balances.map(\.amount) == [Cash("10000"), Cash("0.5")])
        #expect(accounts[0].privateKey != nil)
    }

    @Test(arguments: [
        ("{", "", "not JSON"), (#""accounts""#, #""users""#, "array 'accounts'"),
        (#""name":"a""#, #""name":"""#, "'name'"), (#""api_key":"k","#, "", "account 'a': field 'api_key'"),
        ("0x63DD", "0x63D", "account 'a': field 'user'"), ("0x21cF", "21cG", "field 'signer'"),
        ("0x4fd0a42", "0x4fd0a43", "field 'private_key' belongs to"), ("81bae1", "81", "field 'private_key' must be"),
        (#""10000""#, #""1e4""#, "balance 'USDT'"), (#""10000""#, #""-1""#, "balance 'USDT'"),
        (#"{"USDT":"10000","USDF":"0.5"}"#, "[]", "field 'balances'"),
        ("balances", "balance", "unknown field 'balance'"),
    ])
    func `says which account and which field is wrong`(old: String, new: String, message: String) {
        let text = good.replacing(old, with: new, maxReplacements: 1)
        let error = #expect(throws: AsterConfigurationError.self) {
            try AsterAccountDefinition.parse(Array(text.utf8))
        }
        #expect(error?.reason.contains(message) == true, "\(error?.reason ?? "")")
    }

    @Test func `may not share keys or names between accounts`() {
        var accounts = AsterWorld.accounts()
        accounts[1].apiKey = accounts[0].apiKey
        #expect(throws: AsterConfigurationError("accounts 'a' and 'b' share an api_key")) {
            try AsterServer(
                configuration: AsterServerConfiguration(accounts: accounts, markets: []),
                startingAt: AsterWorld.start)
        }
    }
}

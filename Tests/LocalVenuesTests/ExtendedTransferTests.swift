import Cryptography
import Exchange
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Withdrawals and transfers at a local Extended` {
    private func sign(_ payment: PaymentTerms, _ account: Int = 0) throws -> StarkSignature {
        let key = try StarkPrivateKey(hex: Secret(ExtendedWorld.keys[account]))
        return try #require(key.sign(payment.messageHash(network: .testnet, publicKey: key.publicKey)))
    }

    private func withdrawal(
        _ world: ExtendedWorld, amount: String = "100.5", units: UInt64 = 100_500_000, days: Int64 = 15,
        vault: UInt32 = 10_002, account: Int64 = 104_001, asset: String = "USD", salt: UInt64 = 7
    ) throws -> String {
        let expiration = UInt64(world.now.milliseconds / 1_000 + days * 86_400)
        let payment = PaymentTerms(
            recipient: .address(Felt(99)), position: vault, collateral: Felt(1), amount: units,
            expiration: expiration, salt: 7)
        let signature = try sign(payment)
        return #"{"accountId":\#(account),"amount":"\#(amount)","description":null,"settlement":{"recipient":"0x63","#
            + #""positionId":\#(vault),"collateralId":"0x1","amount":\#(units),"expiration":{"seconds":\#(expiration)},"#
            + #""salt":\#(salt),"signature":{"r":"\#(signature.r.hex)","s":"\#(signature.s.hex)"}},"chainId":"STRK","#
            + #""quoteId":null,"asset":"\#(asset)"}"#
    }

    @Test func `take signed money off the balance`() throws {
        var world = ExtendedWorld()
        let id = try world.data(.post, "/user/withdrawal", as: 0, body: withdrawal(world))
        #expect(try world.data(.get, "/user/balance", as: 0)["balance"]?.text == "9899.500000")
        let row = try #require(try world.data(.get, "/user/assetOperations?type=WITHDRAWAL", as: 0).elements?.first)
        #expect(row["id"]?.integer == id.integer && row["amount"]?.text == "-100.500000")
    }

    @Test func `refuse what does not fit together`() throws {
        var world = ExtendedWorld()
        func code(_ body: String) throws -> String {
            let text = world.call(.post, "/user/withdrawal", as: 0, body: body)
            return try world.verdict(HTTPResponse(status: 0, body: Array(text.drop { $0 != "{" }.utf8)))
        }
        #expect(try code(withdrawal(world, amount: "0", units: 0)) == "1600")
        #expect(try code(withdrawal(world, units: 100_500_001)) == "1602")
        #expect(try code(withdrawal(world, vault: 10_003)) == "1602")
        #expect(try code(withdrawal(world, days: 13)) == "1604")
        #expect(try code(withdrawal(world, asset: "BTC")) == "1605")
        #expect(try code(withdrawal(world, amount: "10001", units: 10_001_000_000)) == "1607")
        #expect(try code(withdrawal(world, account: 104_002)) == "1608")
        #expect(try code(withdrawal(world, salt: 8)) == "1101")
        #expect(try code("{}") == "400")
    }

    private func transfer(_ to: Int, amount: UInt64 = 250_000_000, nonce: UInt64 = 3) throws -> String {
        let accounts = ExtendedWorld.accounts()
        let payment = PaymentTerms(
            recipient: .position(accounts[to].vault), position: 10_002, collateral: Felt(1), amount: amount,
            expiration: 1_797_062_401, salt: 3)
        let signature = try sign(payment)
        return #"{"fromVault":10002,"toVault":\#(accounts[to].vault),"amount":"250","transferredAsset":"0x1","#
            + #""settlement":{"amount":\#(amount),"assetId":"0x1","expirationTimestamp":1797062401,"nonce":\#(nonce),"#
            + #""receiverPositionId":\#(accounts[to].vault),"receiverPublicKey":"\#(accounts[to].publicKey.hex)","#
            + #""senderPositionId":10002,"senderPublicKey":"\#(accounts[0].publicKey.hex)","#
            + #""signature":{"r":"\#(signature.r.hex)","s":"\#(signature.s.hex)"}}}"#
    }

    @Test func `move money between accounts of one client`() throws {
        var world = ExtendedWorld()
        let reply = try world.data(.post, "/user/transfer/onchain", as: 0, body: transfer(1))
        #expect(reply["validSignature"]?.boolean == true && reply["id"]?.integer != nil)
        #expect(try world.data(.get, "/user/balance", as: 0)["balance"]?.text == "9750.000000")
        #expect(try world.data(.get, "/user/balance", as: 1)["balance"]?.text == "10250.000000")
        let unsigned = try world.data(.post, "/user/transfer/onchain", as: 0, body: transfer(1, nonce: 4))
        #expect(unsigned["validSignature"]?.boolean == false)
        #expect(world.call(.post, "/user/transfer/onchain", as: 0, body: try transfer(2)).contains("1009"))
        #expect(world.call(.post, "/user/transfer/onchain", as: 1, body: try transfer(1)).contains("1102"))
        #expect(
            world.call(.post, "/user/transfer/onchain", as: 0, body: try transfer(1, amount: 5)).contains("1650"))
        #expect(try world.data(.get, "/user/balance", as: 0)["balance"]?.text == "9750.000000")
    }
}

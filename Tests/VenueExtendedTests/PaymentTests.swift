import Cryptography
import MarketModel
import StarkCryptography
import Testing
import Wire

@testable import VenueExtended

/// Amounts and signatures of payments out of a position, as the official client made them.
@Suite(.enabled(if: Vectors.exist)) struct `Payments of the vector file` {
    private func verify(
        _ vector: JSONValue, _ settlement: JSONValue, _ terms: PaymentTerms
    ) throws {
        let amount = try ExtendedAmounts.units(vector.exact("amount"), resolution: 1_000_000, .nearestEven)
        #expect(amount == settlement["amount"]?.integer)
        let key = try StarkPrivateKey(hex: Secret(vector.string("private_key")))
        let network = try #require(StarknetNetwork(rawValue: vector.string("chain_id")))
        let hash = terms.messageHash(network: network, publicKey: key.publicKey)
        #expect(try hash.hex == vector.string("hash"))
        let signature = try #require(key.sign(hash))
        #expect(signature.r.hex == settlement["signature"]?["r"]?.text)
        #expect(signature.s.hex == settlement["signature"]?["s"]?.text)
    }

    @Test func `transfers`() throws {
        for vector in try Vectors.load("transfers_withdrawals").list("transfers") {
            let settlement = try #require(vector["body"]?["settlement"])
            func number(_ name: String) throws -> Int64 { try #require(settlement[name]?.integer) }
            try verify(
                vector, settlement,
                PaymentTerms(
                    recipient: .position(UInt32(try number("receiverPositionId"))),
                    position: UInt32(try number("senderPositionId")),
                    collateral: try #require(Felt(hex: settlement.string("assetId"))),
                    amount: UInt64(try number("amount")), expiration: UInt64(try number("expirationTimestamp")),
                    salt: UInt64(try number("nonce"))))
        }
    }

    @Test func `withdrawals`() throws {
        for vector in try Vectors.load("transfers_withdrawals").list("withdrawals") {
            let settlement = try #require(vector["body"]?["settlement"])
            func number(_ value: JSONValue?) throws -> Int64 { try #require(value?.integer) }
            try verify(
                vector, settlement,
                PaymentTerms(
                    recipient: .address(try #require(Felt(hex: settlement.string("recipient")))),
                    position: UInt32(try number(settlement["positionId"])),
                    collateral: try #require(Felt(hex: settlement.string("collateralId"))),
                    amount: UInt64(try number(settlement["amount"])),
                    expiration: UInt64(try number(settlement["expiration"]?["seconds"])),
                    salt: UInt64(try number(settlement["salt"]))))
        }
    }
}

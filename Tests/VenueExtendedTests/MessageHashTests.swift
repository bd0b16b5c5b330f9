import Foundation
import StarkCryptography
import Testing
import Wire

@testable import VenueExtended

/// Vectors made with other implementations, which may lie beside the package, or where `APUS_VECTORS` says.
private enum SigningVectors {
    private static let directory: URL = {
        if let path = ProcessInfo.processInfo.environment["APUS_VECTORS"] { return URL(fileURLWithPath: path) }
        let package = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return package.deletingLastPathComponent().appendingPathComponent("shared/vectors")
    }()

    static var exist: Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent("order_hash.json").path)
    }

    static func cases(_ name: String) throws -> [JSONValue] {
        let bytes = try [UInt8](Data(contentsOf: directory.appendingPathComponent("\(name).json")))
        return try JSONValue.parse(bytes)["cases"]?.elements ?? []
    }
}

extension JSONValue {
    fileprivate func felt(_ name: String) throws -> Felt { try #require(Felt(hex: self[name]?.text ?? "")) }
    fileprivate func number<T: FixedWidthInteger>(_ name: String, _: T.Type = T.self) throws -> T {
        try #require(T(self[name]?.numeral ?? ""))
    }
    fileprivate var network: StarknetNetwork {
        get throws { try #require(StarknetNetwork(rawValue: self["chain_id"]?.text ?? "")) }
    }
    fileprivate func terms(position: String) throws -> OrderTerms {
        OrderTerms(
            position: try number(position), baseAsset: try felt("base_asset_id"), baseAmount: try number("base_amount"),
            quoteAsset: try felt("quote_asset_id"), quoteAmount: try number("quote_amount"),
            feeAsset: try felt("fee_asset_id"), feeAmount: try number("fee_amount"),
            expiration: try number("expiration"), salt: try number("salt"))
    }
}

@Suite struct `Messages hash as the exchange hashes them` {
    @Test func `the domains of both networks`() {
        #expect(
            StarknetNetwork.mainnet.domainHash.hex
                == "0x38d7910d4785470e8138ba27e6130abe78124c7f39b2af4c28a5a426e631b79")
        #expect(
            StarknetNetwork.testnet.domainHash.hex
                == "0x62a6f0272bbf7ebbc25bf7432754da4522ff6d54a9c1015f3d4248a0b3941e7")
    }

    /// The unit test of the exchange's Rust library.
    @Test func `the order of the exchange's own test`() throws {
        let key = try #require(Felt(hex: "0x5d05989e9302dcebc74e241001e3e3ac3f4402ccf2f8e6f74b034b07ad6a904"))
        let hasher = OrderHasher(network: .testnet, publicKey: key, position: 100)
        let terms = OrderTerms(
            position: 100, baseAsset: Felt(2), baseAmount: 100, quoteAsset: Felt(1), quoteAmount: -156,
            feeAsset: Felt(1), feeAmount: 74, expiration: 100, salt: 123)
        #expect(hasher.hash(terms).hex == "0x4de4c009e0d0c5a70a7da0e2039fb2b99f376d53496f89d9f437e736add6b48")
    }

    @Test(.enabled(if: SigningVectors.exist)) func `orders of the vector file`() throws {
        for vector in try SigningVectors.cases("order_hash") {
            let terms = try vector.terms(position: "position_id")
            let hasher = OrderHasher(
                network: try vector.network, publicKey: try vector.felt("public_key"), position: terms.position)
            #expect(hasher.structHash(terms) == (try vector.felt("struct_hash")))
            #expect(hasher.hash(terms) == (try vector.felt("msg_hash")))
        }
    }

    @Test(.enabled(if: SigningVectors.exist)) func `vault orders, transfers and withdrawals of the vector file`() throws
    {
        for vector in try SigningVectors.cases("other_message_hashes") {
            let fields = try #require(vector["fields"])
            let (key, network) = (try vector.felt("public_key"), try vector.network)
            let hashes: (Felt, Felt)
            switch vector["kind"]?.text {
            case "LimitOrder":
                let terms = VaultOrderTerms(
                    receivingPosition: try fields.number("receive_position_id"),
                    order: try fields.terms(position: "source_position_id"))
                hashes = (terms.structHash, terms.messageHash(network: network, publicKey: key))
            case let kind:
                let isTransfer = kind == "TransferArgs"
                let terms = PaymentTerms(
                    recipient: isTransfer
                        ? .position(try fields.number("recipient_position_id"))
                        : .address(try fields.felt("recipient_hex")),
                    position: try fields.number(isTransfer ? "sender_position_id" : "position_id"),
                    collateral: try fields.felt("collateral_id"), amount: try fields.number("amount"),
                    expiration: try fields.number("expiration"), salt: try fields.number("salt"))
                hashes = (terms.structHash, terms.messageHash(network: network, publicKey: key))
            }
            #expect(hashes.0 == (try vector.felt("struct_hash")))
            #expect(hashes.1 == (try vector.felt("msg_hash")))
        }
    }

    @Test func `an order of the former instance`() throws {
        let dollar = try #require(Felt(hex: "0x31857064564ed0ff978e687456963cba09c2c6985d8f9300a1de4962f"))
        let terms = LegacyOrderTerms(
            side: .buy, syntheticAsset: try #require(Felt(hex: "0x4254432d3600000000000000000000")),
            collateralAsset: dollar, feeAsset: dollar, syntheticAmount: 575_020, collateralAmount: 27_383_027_420,
            maximumFee: 13_691_514, nonce: 1_983_853_997, position: 10_002, expirationHours: 485_000)
        #expect(terms.messageHash.hex == "0x4faad01229e5cd4a0aaca84f3cf32cec6d3eaca0dbfd891326d53d533bba7f6")
        let greatest = LegacyOrderTerms(
            side: .sell, syntheticAsset: Felt(1), collateralAsset: Felt(2), feeAsset: Felt(2), syntheticAmount: .max,
            collateralAmount: .max, maximumFee: .max, nonce: .max, position: .max, expirationHours: .max)
        #expect(greatest.messageHash.hex == "0x7e9eff64290896c96aeaec9ede8ef965d82844cb42f6d5be88d6b36a6d2c981")
    }

    @Test(.enabled(if: SigningVectors.exist)) func `orders of the former instance in the vector file`() throws {
        for vector in try SigningVectors.cases("starkex_legacy_order") {
            let terms = LegacyOrderTerms(
                side: vector["is_buying_synthetic"]?.boolean == true ? .buy : .sell,
                syntheticAsset: try vector.felt("asset_id_synthetic"),
                collateralAsset: try vector.felt("asset_id_collateral"), feeAsset: try vector.felt("asset_id_fee"),
                syntheticAmount: try vector.number("amount_synthetic"),
                collateralAmount: try vector.number("amount_collateral"),
                maximumFee: try vector.number("max_amount_fee"), nonce: try vector.number("nonce"),
                position: try vector.number("position_id"), expirationHours: try vector.number("expiration_hours"))
            #expect(terms.messageHash == (try vector.felt("hash")))
        }
    }
}

import Cryptography
import Foundation
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueExtended
import VenueKit
import Wire

/// Vectors made with other implementations, which may lie beside the package, or where `APUS_VECTORS` says.
enum Vectors {
    private static let directory: URL = {
        if let path = ProcessInfo.processInfo.environment["APUS_VECTORS"] { return URL(fileURLWithPath: path) }
        let package = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return package.deletingLastPathComponent().appendingPathComponent("shared/vectors")
    }()

    static var exist: Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent("signed_orders.json").path)
    }

    static func load(_ name: String) throws -> JSONValue {
        try JSONValue.parse([UInt8](Data(contentsOf: directory.appendingPathComponent("\(name).json"))))
    }
}

/// Values that more than one suite needs.
enum Sample {
    static let key = "0x44cf6a2062344b7772768dd2b06a5fef29b0bce14fb31884377bebb7b1fc056"
    static let publicKey = "0x3c3b791c25a64578535e108c2bab82fb485e1a0e173bca75c236ec69804af35"

    static func credentials(
        key: String = key, vault: UInt32 = 421_717, publicKey: String? = nil
    ) throws(ExtendedCredentialsError) -> ExtendedCredentials {
        try ExtendedCredentials(
            apiKey: Secret("0123456789abcdef"), vault: vault, privateKey: Secret(key), publicKey: publicKey)
    }

    /// A row of `/info/markets` in the shape of the live venue's.
    static func marketRow(
        name: String = "BTC-USD", tick: String = "1", lot: String = "0.00001", least: String = "0.0001",
        status: String = "ACTIVE"
    ) -> String {
        #"""
        {"name":"\#(name)","type":"PERPETUAL","assetName":"BTC","assetPrecision":5,"collateralAssetName":"USD",
         "collateralAssetPrecision":6,"active":true,"isRfq":false,"status":"\#(status)","tradingHours":"CONTINUOUS",
         "marketStats":{"markPrice":"84090.412500000000","indexPrice":"84088.12","fundingRate":"0.000013",
          "nextFundingRate":1795251600000},
         "tradingConfig":{"minOrderSize":"\#(least)","minOrderSizeChange":"\#(lot)","minPriceChange":"\#(tick)",
          "maxMarketOrderValue":"3000000","maxLimitOrderValue":"15000000","maxPositionValue":"60000000",
          "maxLeverage":"50.00","maxNumOrders":"200","limitPriceCap":"0.05","limitPriceFloor":"0.05",
          "riskFactorConfig":[{"upperBound":"4000000","riskFactor":"0.02"},{"upperBound":"60000000","riskFactor":"0.5"}]},
         "l2Config":{"type":"STARKX","collateralId":"0x1","collateralResolution":1000000,
          "syntheticId":"0x4254432d3600000000000000000000","syntheticResolution":1000000}}
        """#
    }

    static func market(_ row: String = marketRow(), id: MarketID = MarketID(0)) throws -> ExtendedMarket {
        try ExtendedMarket(json(row), market: id)
    }

    static func instrument() throws -> Instrument { try market().instrument }
}

func json(_ text: String) throws(WireError) -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

func decimal(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }

extension JSONValue {
    func string(_ name: String) throws -> String { try #require(self[name]?.text) }
    func exact(_ name: String) throws -> ExactDecimal { try decimal(try #require(self[name]?.numeral)) }
    func list(_ name: String) throws -> [JSONValue] { try #require(self[name]?.elements) }

    /// Without the members of these names.
    func without(_ names: String...) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !names.contains($0.name) })
    }

    /// With a member replaced, in its place.
    func replacing(_ name: String, _ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.map { $0.name == name ? JSONMember(name, change($0.value)) : $0 })
    }

    func adding(_ name: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(let members) = self, let value else { return self }
        return .object(members + [JSONMember(name, value)])
    }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}

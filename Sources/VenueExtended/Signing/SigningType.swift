internal import StarkCryptography

/// The SNIP-12 types that are signed, each by the hash of its spelling.
///
/// Source: the exchange's Rust library. Members are hashed inline, but their types are still part of the spelling.
enum SigningType {
    case domain, order, limitOrder, transfer, withdrawal

    /// Starknet's hash of the spelling.
    var selector: Felt { StarknetSelector.of(spelling) }

    private var spelling: String {
        switch self {
        case .domain:
            #""StarknetDomain"("name":"shortstring","version":"shortstring","chainId":"shortstring","#
                + #""revision":"shortstring")"#
        case .order: #""Order"("position_id":"felt","# + Self.trade
        case .limitOrder:
            #""LimitOrder"("source_position":"PositionId","receive_position":"PositionId","# + Self.trade
        case .transfer: #""TransferArgs"("recipient":"PositionId","# + Self.payment
        case .withdrawal: #""WithdrawArgs"("recipient":"ContractAddress","# + Self.payment
        }
    }

    private static let trade =
        #""base_asset_id":"AssetId","base_amount":"i64","quote_asset_id":"AssetId","quote_amount":"i64","#
        + #""fee_asset_id":"AssetId","fee_amount":"u64","expiration":"Timestamp","salt":"felt")"# + members
    private static let payment =
        #""position_id":"PositionId","collateral_id":"AssetId","amount":"u64","expiration":"Timestamp","salt":"felt")"#
        + members
    private static let members =
        #""PositionId"("value":"u32")"AssetId"("value":"felt")"Timestamp"("seconds":"u64")"#
}

extension Felt {
    /// - Precondition: at most 31 ASCII characters.
    static func ascii(_ text: String) -> Felt {
        guard let felt = Felt(shortString: text) else { preconditionFailure("A name in a hash is short and ASCII.") }
        return felt
    }
}

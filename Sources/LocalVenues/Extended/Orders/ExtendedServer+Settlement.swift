internal import MarketModel
internal import StarkCryptography
internal import VenueExtended

/// Whether an order was signed by the account's key, for the account's vault, and says what was signed.
extension ExtendedServer {
    func checkSettlement(
        _ form: ExtendedOrderForm, _ account: Int, _ market: ExtendedMarketDefinition
    ) throws(ExtendedError) {
        guard let settlement = form.settlement else { throw .badRequest("'settlement' is missing") }
        let definition = accounts[account].definition
        guard settlement.starkKey == definition.publicKey else {
            throw ExtendedError(1_100, "Invalid StarkEx public key")
        }
        guard settlement.vault == definition.vault else { throw ExtendedError(1_102, "Invalid StarkEx vault") }
        let amounts: ExtendedAmounts
        do throws(ExtendedAmountError) {
            amounts = try ExtendedAmounts(
                side: form.side, quantity: form.quantity, price: form.price ?? .zero, fee: form.fee,
                builderFee: form.builderFee ?? .zero, settlement: market.settlement)
        } catch {
            throw Self.invalidSignature("\(error)")
        }
        let hash = accounts[account].hasher.hash(
            OrderTerms(
                position: definition.vault, baseAsset: market.settlement.syntheticID, baseAmount: amounts.synthetic,
                quoteAsset: market.settlement.collateralID, quoteAmount: amounts.collateral,
                feeAsset: market.settlement.collateralID, feeAmount: amounts.fee,
                expiration: ExtendedExpiry.settlement(milliseconds: form.expiryMilliseconds), salt: UInt64(form.nonce)))
        guard let signature = settlement.signature,
            StarkVerification.isValid(signature, of: hash, by: definition.publicKey)
        else {
            throw Self.invalidSignature(
                "no signature of synthetic \(amounts.synthetic), collateral \(amounts.collateral), fee \(amounts.fee)")
        }
    }

    static func invalidSignature(_ reason: String) -> ExtendedError {
        ExtendedError(1_101, "Invalid StarkEx signature", debugInfo: reason)
    }
}

internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import StarkCryptography
internal import VenueExtended
internal import Wire

/// Money that leaves an account: signed, and taken off its balance at once. There is no chain behind a local venue, so
/// what is withdrawn is gone.
extension ExtendedServer {
    // MARK: Withdrawal

    mutating func withdraw(_ account: Int, _ body: [UInt8], _ json: inout JSONWriter) throws(ExtendedError) {
        let form = try ExtendedWithdrawalForm(body)
        let owner = accounts[account]
        guard form.account == owner.number else {
            throw ExtendedError(1_608, "Withdrawal account does not belong to the user")
        }
        guard form.amount > .zero else { throw ExtendedError(1_600, "Withdrawal amount must be positive") }
        guard form.asset == exchange.settlementAsset, let collateral, form.payment.collateral == collateral.id else {
            throw ExtendedError(1_605, "Withdrawal: invalid asset")
        }
        guard form.payment.position == owner.definition.vault,
            form.payment.amount == collateral.units(form.amount)
        else { throw ExtendedError(1_602, "Withdrawal request does not match settlement") }
        let earliest = venueTime.milliseconds / 1_000 + 14 * 86_400
        guard form.payment.expiration >= UInt64(max(0, earliest)) else {
            throw ExtendedError(
                1_604, "Withdrawal expiration time is too soon", debugInfo: "must be at least \(earliest)")
        }
        guard isSigned(form.payment, form.signature, account) else { throw Self.invalidSignature("withdrawal") }
        try checkFunds(form.amount, account, ExtendedError(1_607, "Withdrawal is blocked for the account"))
        let id = move(-form.amount, account, .withdrawal, counterparty: nil)
        json.key("data")
        if writesIDsAsText { json.string(String(id)) } else { json.integer(id) }
    }

    // MARK: Transfer

    /// Between accounts of one client.
    mutating func transfer(_ account: Int, _ body: [UInt8], _ json: inout JSONWriter) throws(ExtendedError) {
        let form = try ExtendedTransferForm(body)
        guard form.fromVault == accounts[account].definition.vault, form.payment.position == form.fromVault else {
            throw ExtendedError(1_102, "Invalid StarkEx vault")
        }
        guard form.senderKey == accounts[account].definition.publicKey else {
            throw ExtendedError(1_100, "Invalid StarkEx public key")
        }
        guard let receiver = accounts.firstIndex(where: { $0.definition.vault == form.toVault }),
            receiver != account, form.payment.recipient == .position(form.toVault),
            form.receiverKey == accounts[receiver].definition.publicKey
        else { throw ExtendedError(1_004, "Account not found") }
        guard accounts[receiver].definition.client == accounts[account].definition.client else {
            throw ExtendedError(1_009, "Action is not allowed", debugInfo: "the accounts have different owners")
        }
        let invalid = ExtendedError(1_650, "Invalid transfer amount")
        guard let collateral, form.payment.collateral == collateral.id, form.amount > .zero,
            form.payment.amount == collateral.units(form.amount)
        else { throw invalid }
        json.key("data")
        json.beginObject()
        guard isSigned(form.payment, form.signature, account) else {
            json.member("validSignature", false)
            json.member("hashCalculated", hash(of: form.payment, account).hex)
            json.endObject()
            return
        }
        try checkFunds(form.amount, account, invalid)
        let id = move(-form.amount, account, .transfer, counterparty: accounts[receiver].number)
        _ = move(form.amount, receiver, .transfer, counterparty: accounts[account].number)
        json.member("validSignature", true)
        writeID("id", id, &json)
        json.endObject()
    }

    // MARK: Parts

    private struct Collateral {
        let id: Felt
        let resolution: Int64

        /// In units of the chain; nil for more than they hold.
        func units(_ amount: Cash) -> UInt64? {
            (try? ExtendedAmounts.units(amount.decimal, resolution: resolution, .nearestEven)).map { UInt64($0) }
        }
    }

    private var collateral: Collateral? {
        markets.first.map {
            Collateral(
                id: $0.definition.settlement.collateralID,
                resolution: $0.definition.settlement.collateralResolution)
        }
    }

    private func hash(of payment: PaymentTerms, _ account: Int) -> Felt {
        payment.messageHash(network: configuration.network, publicKey: accounts[account].definition.publicKey)
    }

    private func isSigned(_ payment: PaymentTerms, _ signature: StarkSignature?, _ account: Int) -> Bool {
        guard let signature else { return false }
        return StarkVerification.isValid(
            signature, of: hash(of: payment, account), by: accounts[account].definition.publicKey)
    }

    private func checkFunds(_ amount: Cash, _ account: Int, _ refusal: ExtendedError) throws(ExtendedError) {
        let available = availableForWithdrawal(account)
        guard amount <= available else {
            var refusal = refusal
            refusal.debugInfo = "available for withdrawal is \(ExtendedText.money(available))"
            throw refusal
        }
    }

    private mutating func move(
        _ amount: Cash, _ account: Int, _ kind: ExtendedAssetOperation.Kind, counterparty: Int64?
    ) -> Int64 {
        exchange.deposit(
            amount, asset: exchange.settlementAsset, to: accounts[account].id, at: now, into: &events)
        let operation = ExtendedAssetOperation(
            id: otherIDs.next(at: venueTime), kind: kind, amount: amount, counterparty: counterparty, time: venueTime)
        accounts[account].transfers.append(operation)
        notices.append(.transfer(account: account, operation))
        return operation.id
    }
}

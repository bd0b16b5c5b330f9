internal import Fundamentals
internal import MarketModel
internal import OrderBooks
internal import Quoting

extension TradingEngine {
    /// Looks at the books that a market lives by, as they are now: silence makes them stale without any event.
    mutating func lookAtSources(_ index: Int) {
        let sources = dependencies[index]
        if let reference = sources.reference { lookAtBook(reference) }
        if let conversion = sources.conversion, conversion != index { lookAtBook(conversion) }
        if let hedge = sources.hedge, hedge != sources.reference { lookAtBook(hedge) }
    }

    /// Has the markets look again that live by the book of this one.
    mutating func reviewDependents(of index: Int, into effects: inout [Effect]) {
        guard !dependents[index].isEmpty else { return }
        for dependent in dependents[index] { review(dependent, into: &effects) }
    }

    /// Why a market may not be quoted because of the markets that it lives by; nil when it may.
    func sourceProblem(_ index: Int) -> Withholding? {
        let sources = dependencies[index]
        if markets[index].isWatched { return nil }
        if let reference = sources.reference, let problem = markets[reference].problem { return .reference(problem) }
        if let conversion = sources.conversion, let problem = markets[conversion].problem {
            return .conversion(problem)
        }
        return hedgeWithholding(index)
    }

    /// Adds the books that a market lives by to what its model sees.
    mutating func describeSources(_ index: Int, _ view: inout MarketView) {
        let sources = dependencies[index]
        if let reference = sources.reference {
            var book = markets[index].takeReferenceBook()
            fill(&book, from: reference, depth: markets[index].model.referenceDepth)
            markets[index].referenceBook = book
            view.reference = book
        }
        if let conversion = sources.conversion, conversion != index {
            var book = markets[index].takeConversionBook()
            fill(&book, from: conversion, depth: 1)
            markets[index].conversionBook = book
            view.conversion = book
        }
    }

    /// Nil while the book cannot be quoted from. The arrays are refilled while nothing else holds them.
    private func fill(_ book: inout ForeignBook?, from other: Int, depth: Int) {
        guard let touch = markets[other].touch else {
            book = nil
            return
        }
        var filled =
            book ?? ForeignBook(instrument: markets[other].instrument, touch: touch, bids: [], asks: [])
        book = nil
        filled.instrument = markets[other].instrument
        filled.touch = touch
        if depth > 1 {
            markets[other].book.levels(.buy, limit: depth, into: &filled.bids)
            markets[other].book.levels(.sell, limit: depth, into: &filled.asks)
        } else {
            filled.bids.removeAll(keepingCapacity: true)
            filled.bids.append(touch.bid)
            filled.asks.removeAll(keepingCapacity: true)
            filled.asks.append(touch.ask)
        }
        book = filled
    }
}

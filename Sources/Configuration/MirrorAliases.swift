/// What keys of the original mirror's `mm_config.ini` mean. Its names were never published: these are the usual ones.
///
/// A key is looked up with its section before it and without it, in small letters and digits only: `[ACE] Symbol` is
/// `acesymbol`, then `symbol`.
enum MirrorAliases {
    enum Meaning: Hashable {
        /// The same meaning as one of our fields.
        case field(FieldKey)
        /// One number, or one for each level.
        case distances
        case sizes
        case leastDistance
        case mostDistance
        case leastSize
        case mostSize
        /// A share, or the two ends of a range of factors.
        case distanceRange
        case sizeRange
        /// Known, and without a place here; why.
        case nothing(String)
    }

    static let table: [(meaning: Meaning, names: [String])] = [
        (
            .field(.symbol),
            ["acesymbol", "targetsymbol", "symbol", "acepair", "pair", "tradesymbol", "bitoprosymbol", "maxsymbol"]
        ),
        (.field(.referenceSymbol), ["binancesymbol", "referencesymbol", "binancepair", "sourcesymbol", "bnsymbol"]),
        (
            .field(.conversionSymbol),
            ["usdttwdsymbol", "ratesymbol", "conversionsymbol", "twdsymbol", "usdtsymbol", "exchangeratesymbol"]
        ),
        (
            .field(.levelCount),
            ["levels", "level", "levelnum", "numlevels", "levelcount", "orderlevels", "layers", "layer", "depth", "ordernum"]
        ),
        (
            .distances,
            [
                "distance", "distances", "spread", "spreads", "firstdistance", "firstspread", "basespread", "orderspread",
                "spreadratio", "levelspread", "leveldistance",
            ]
        ),
        (
            .field(.distanceStep),
            ["step", "spreadstep", "distancestep", "levelstep", "gap", "levelgap", "spreadgap"]
        ),
        (
            .sizes,
            [
                "amount", "amounts", "size", "sizes", "qty", "quantity", "num", "orderamount", "ordersize", "baseamount",
                "levelamount", "levelsize", "orderqty",
            ]
        ),
        (.field(.sizeStep), ["amountstep", "sizestep", "qtystep"]),
        (.leastDistance, ["minspread", "mindistance", "spreadmin", "distancemin"]),
        (.mostDistance, ["maxspread", "maxdistance", "spreadmax", "distancemax"]),
        (.leastSize, ["minamount", "minqty", "minsize", "amountmin", "qtymin", "randomamountmin", "randommin"]),
        (.mostSize, ["maxamount", "maxqty", "maxsize", "amountmax", "qtymax", "randomamountmax", "randommax"]),
        (.distanceRange, ["randomdistance", "randomspread", "distancerandom", "spreadrandom", "spreadrange"]),
        (.sizeRange, ["randomamount", "randomsize", "randomqty", "amountrandom", "amountrange", "randomrange", "random"]),
        (
            .field(.referenceThreshold),
            [
                "threshold", "pricethreshold", "referencethreshold", "movethreshold", "pricechange", "pricemove", "trigger",
                "changeratio", "binancethreshold", "updatethreshold",
            ]
        ),
        (
            .field(.conversionThreshold),
            ["ratethreshold", "conversionthreshold", "twdthreshold", "usdtthreshold", "usdttwdthreshold"]
        ),
        (
            .field(.ladderRefreshInterval),
            [
                "sleeptime", "sleep", "sleeps", "sleepseconds", "refreshtime", "refreshinterval", "refresh", "interval",
                "waittime", "cycletime",
            ]
        ),
        (.field(.ladderMinEdge), ["minedge", "minprofit", "profitratio", "minprofitratio"]),
        (.field(.seed), ["seed", "randomseed"]),
        (.field(.hedgeEnabled), ["hedge", "hedgeenabled", "enablehedge", "ishedge", "usehedge"]),
        (.field(.hedgeMinSize), ["hedgeamount", "minhedge", "minhedgeamount", "hedgeminamount", "hedgeminsize"]),
        (.field(.hedgeMaxSlippage), ["slippage", "hedgeslippage", "maxslippage"]),
        (.field(.supportsBatch), ["batch", "usebatch", "batchorder", "batchorders", "supportsbatch"]),
        (.field(.logDirectory), ["logdir", "logpath", "logdirectory", "logfolder", "logsdir"]),
        (.field(.logLevel), ["loglevel", "logginglevel"]),
        (.field(.referenceTestnet), ["binancetestnet"]),
        (
            .nothing("ACE has no test network and is retired: a local one takes its place, in endpoints.rest"),
            ["mode", "acemode", "testnet", "acetestnet", "acehost", "aceurl", "acebaseurl", "host", "baseurl"]
        ),
        (
            .nothing("nothing needs it: the target's own order book gives the rate"),
            ["rate", "usdttwd", "twdrate", "exchangerate", "ratebid", "rateask", "twdratebid", "twdrateask"]
        ),
        (
            .nothing("it belongs to the self-trading test, which is apus exercise self-trade and has flags of its own"),
            [
                "cumqty", "volumethreshold", "cumqtythreshold", "tradeamount", "tradesamount", "selftradeamount",
                "selftrade", "selftradesleeptime", "selftradingsleeptime",
            ]
        ),
        (.nothing("ours keeps no Redis"), ["redis", "redishost", "redisport", "redisdb"]),
    ]

    /// The meaning of a key; the one with its section's name before it counts first.
    static func meaning(of key: String, in section: String) -> Meaning? {
        let (key, section) = (letters(key), letters(section))
        for name in [section + key, key] {
            if let row = table.first(where: { $0.names.contains(name) }) { return row.meaning }
        }
        return nil
    }

    static func letters(_ text: String) -> String {
        let kept = text.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
        return String(String.UnicodeScalarView(kept))
    }
}

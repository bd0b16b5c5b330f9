/// Where the pages of a list begin. `start` is documented as "default 1" and nothing more: it may count pages, or rows.
/// Pages are assumed; a second page that mostly repeats the first shows that it counts rows.
struct ListPages: Hashable, Sendable {
    private(set) var countsRows = false
    private(set) var rows = 0
    private var names: Set<String> = []

    init(countsRows: Bool = false) { self.countsRows = countsRows }

    /// The `start` of the next page.
    func start(page: Int) -> Int { countsRows ? rows + 1 : page + 1 }

    /// Takes a page in.
    /// - Parameter page: the names of its rows.
    /// - Returns: for each row, whether it had not been on an earlier page.
    mutating func take(_ page: [String]) -> [Bool] {
        let isNew = page.map { names.insert($0).inserted }
        let fresh = isNew.count { $0 }
        if rows > 0, fresh < page.count / 2 { countsRows = true }
        rows += fresh
        return isNew
    }
}

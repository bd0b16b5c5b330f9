/// The last elements of a history, oldest first, whose newest may still change. Holds at least `capacity` elements
/// and at most twice as many, so that forgetting costs nothing on average.
struct RecentList<Element: Sendable>: Sendable {
    private(set) var elements: [Element] = []
    let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var last: Element? { elements.last }

    mutating func append(_ element: Element) {
        if elements.count >= 2 * capacity { elements.removeFirst(elements.count - capacity) }
        elements.append(element)
    }

    mutating func replaceLast(_ element: Element) {
        guard !elements.isEmpty else { return }
        elements[elements.count - 1] = element
    }
}

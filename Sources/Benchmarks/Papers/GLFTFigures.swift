internal import Foundation
internal import Quoting

/// The figures of Guéant, Lehalle and Fernandez-Tapia (2013): the exact quotes at t = 0 from the matrix equation, beside
/// the closed form that Apus quotes with.
///
///     v(t) = e^(−M(T−t))·1,  M tridiagonal (α·q², −η),  α = (κ/2)·γσ²,  η = A·(1 + γ/κ)^−(1 + κ/γ)
///     δᵇ(q) = (1/κ)·ln(v_q ÷ v_{q+1}) + (1/γ)·ln(1 + γ/κ)
///
/// The paper shows curves; the numbers compared with were read off an independent solution of the same equation.
enum GLFTFigures {
    private struct Figure {
        var name: String
        var sigma: Double
        var a: Double
        /// δᵇ(0, q), exact.
        var exact: [(q: Int, distance: Double)]
        /// δᵇ(q) of the closed form.
        var closed: [(q: Int, distance: Double)]
    }

    private static let kappa = 0.3
    private static let gamma = 0.01
    private static let horizon = 600.0
    /// |q| at which quoting stops.
    private static let most = 30

    private static let figures = [
        Figure(
            name: "figures 1–3 (σ = 0.3, A = 0.9)", sigma: 0.3, a: 0.9,
            exact: [
                (-10, 2.6328019930164555), (-5, 2.972521772790116), (0, 3.3130454098439444),
                (5, 3.653479442865359), (10, 3.992932562054654),
            ], closed: [(-10, 2.6342568732557012), (0, 3.312915198564539), (10, 3.991573523873377)]),
        Figure(
            name: "figure 4, left (σ = 0.4, A = 0.9)", sigma: 0.4, a: 0.9,
            exact: [(-10, 2.4173670494874533), (0, 3.3244580781415216), (10, 4.230703792570109)], closed: []),
        Figure(
            name: "figure 4, right (σ = 1, A = 0.2)", sigma: 1, a: 0.2, exact: [(20, 11.245444052633903)],
            closed: [(20, 13.116602312958097)]),
    ]

    static func rows() -> [PaperRow] {
        figures.flatMap { figure -> [PaperRow] in
            let solution = solve(sigma: figure.sigma, a: figure.a)
            let formula = GLFTFormula(gamma: gamma, kappa: kappa, a: figure.a, sigma: figure.sigma)
            return figure.exact.map { q, distance in
                row("\(figure.name): δᵇ(0, \(q)), exact", distance, solution(q), 1e-6)
            }
                + figure.closed.map { q, distance in
                    row(
                        "\(figure.name): δᵇ(\(q)), closed form", distance,
                        formula.bidDistance(inventory: Double(q)), 1e-12)
                }
        } + [hftbacktest("half spread", 20.47208533844371) { $0.halfSpread }]
            + [hftbacktest("skew of one unit", 9.76326865029227) { $0.slope }]
    }

    private static func row(_ item: String, _ published: Double, _ ours: Double, _ tolerance: Double) -> PaperRow {
        PaperRow(
            paper: "Guéant–Lehalle–Fernandez-Tapia 2013", item: item, published: published, ours: ours,
            standardError: 0, tolerance: tolerance)
    }

    private static func hftbacktest(
        _ what: String, _ published: Double, _ value: (GLFTFormula) -> Double
    ) -> PaperRow {
        let formula = GLFTFormula(gamma: 0.05, kappa: 0.04235741115084049, a: 2.986162360812285, sigma: 10.69)
        return PaperRow(
            paper: "hftbacktest, GLFT tutorial", item: what, published: published, ours: value(formula),
            standardError: 0, tolerance: 2e-14)
    }

    /// δᵇ(0, q) of the exact solution.
    static func solve(sigma: Double, a: Double) -> (Int) -> Double {
        let eta = a * exp(-(1 + kappa / gamma) * log1p(gamma / kappa))
        let alpha = kappa / 2 * gamma * sigma * sigma
        let count = 2 * most + 1
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for index in 0..<count {
            let q = Double(index - most)
            matrix[index][index] = alpha * q * q
            if index + 1 < count {
                matrix[index][index + 1] = -eta
                matrix[index + 1][index] = -eta
            }
        }
        let (values, vectors) = SymmetricMatrix.eigen(matrix)
        // Shifted by the least eigenvalue, which cancels in the quotients and keeps the exponentials small.
        let least = values.min() ?? 0
        let v = (0..<count).map { row in
            (0..<count).reduce(0.0) { sum, index in
                let projected = (0..<count).reduce(0.0) { $0 + vectors[$1][index] }
                return sum + vectors[row][index] * exp(-(values[index] - least) * horizon) * projected
            }
        }
        let base = log1p(gamma / kappa) / gamma
        return { q in log(v[q + most] / v[q + 1 + most]) / kappa + base }
    }
}

enum SymmetricMatrix {
    /// Eigenvalues and, as columns, eigenvectors of a symmetric matrix, by Jacobi's cyclic rotations.
    static func eigen(_ symmetric: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
        var a = symmetric
        let count = a.count
        var vectors = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0.0 } }
        for _ in 0..<60 {
            var rest = 0.0
            for p in 0..<count { for q in (p + 1)..<max(p + 1, count) { rest += a[p][q] * a[p][q] } }
            if rest < 1e-300 { break }
            for p in 0..<count {
                for q in (p + 1)..<max(p + 1, count) where a[p][q] != 0 { rotate(&a, &vectors, p, q) }
            }
        }
        return ((0..<count).map { a[$0][$0] }, vectors)
    }

    private static func rotate(_ a: inout [[Double]], _ vectors: inout [[Double]], _ p: Int, _ q: Int) {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (theta < 0 ? -1.0 : 1.0) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in a.indices {
            (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q])
        }
        for k in a.indices {
            (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k])
        }
        for k in vectors.indices {
            (vectors[k][p], vectors[k][q]) = (
                c * vectors[k][p] - s * vectors[k][q], s * vectors[k][p] + c * vectors[k][q]
            )
        }
    }
}
